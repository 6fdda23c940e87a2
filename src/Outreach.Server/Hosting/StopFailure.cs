namespace Outreach.Server.Hosting;

/// <summary>Finds the error for which the server stopped: the host stops without an error where a background service fails.</summary>
internal static class StopFailure
{
    /// <summary>The error of the first background service that failed; null where none did, so that the server was asked to stop.</summary>
    public static Exception? Find(IServiceProvider services) =>
        services.GetServices<IHostedService>().OfType<BackgroundService>()
            .Select(service => service.ExecuteTask is { IsFaulted: true, Exception: { } failed } ? failed.InnerException : null)
            .FirstOrDefault(failure => failure is not null);
}
