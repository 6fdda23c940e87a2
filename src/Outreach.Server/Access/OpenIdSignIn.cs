using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Signs people in to the dashboard with the OpenID Connect provider: the authorization code flow with PKCE.</summary>
/// <remarks>
/// The framework's handler redirects the browser to the provider and validates the response. Then the person is saved in the ledger,
/// and the browser is redirected to the dashboard with an enrollment code. So no cookie identifies a person: the flow's cookies only
/// bind the response to the browser that began. The handler runs here, because as an authentication scheme it would run for every call.
/// </remarks>
internal sealed partial class OpenIdSignIn(
    OpenIdPersonMapper people, IGrainFactory grains, ILedger ledger, EnrollmentCodes codes, AddressLimiter limiter, DashboardAddress web, IClock clock, ILogger<OpenIdSignIn> log)
    : OpenIdConnectEvents
{
    /// <summary>The path where signing in begins.</summary>
    public const string Path = "/sign-in/openid";

    /// <summary>The path that the provider redirects back to.</summary>
    public const string CallbackPath = Path + "/done";

    private const string TokenParameter = "token";

    private static readonly AuthenticationScheme Scheme = new("openid", null, typeof(OpenIdConnectHandler));

    /// <summary>How long the code is valid: enough to load the dashboard and press a button.</summary>
    private static readonly Duration CodeLifetime = Duration.FromMinutes(2);

    /// <summary>How long the session lasts before people sign in again.</summary>
    private static readonly Duration DeviceLifetime = Duration.FromHours(12);

    /// <summary>Adds the services, with data protection keys that all servers share.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<OpenIdSignIn>();
        services.AddSingleton<DataProtectionKeyRepository>();
        services.AddDataProtection().SetApplicationName("outreach");
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeyRepository>((options, keys) => options.XmlRepository = keys);
        services.AddWebEncoders();
        services.AddTransient<OpenIdConnectHandler>();
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        services.AddOptions<OpenIdConnectOptions>(Scheme.Name).Configure<OpenIdSettings, OpenIdTokenValidator, DashboardAddress, TimeProvider>(Configure);
    }

    public static void Map(WebApplication app)
    {
        var signIn = app.Services.GetRequiredService<OpenIdSignIn>();
        // Without a redirect address, the handler would return to the path it was called at.
        app.MapGet(Path, context => signIn.RunAsync(context, handler => handler.ChallengeAsync(new AuthenticationProperties { RedirectUri = "/" })));
        app.MapGet(CallbackPath, context => signIn.RunAsync(context, async handler =>
        {
            if (!await handler.HandleRequestAsync())
                context.Response.StatusCode = StatusCodes.Status404NotFound;
        }));
    }

    /// <summary>Sets the redirect address to the public one, whatever name this server has behind a proxy.</summary>
    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        context.ProtocolMessage.RedirectUri = web.ToAbsolute(CallbackPath);
        return Task.CompletedTask;
    }

    /// <summary>Remembers the token, because its nonce is not validated yet.</summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        var token = new JsonWebToken(context.TokenEndpointResponse!.IdToken);
        // The handler accepts an unsigned token, because it comes from the provider directly.
        if (token.IsSigned)
            context.Properties!.SetParameter(TokenParameter, token);
        else
            context.Fail("The provider's token is not signed.");
        return Task.CompletedTask;
    }

    /// <summary>Called when everything is validated.</summary>
    public override async Task TicketReceived(TicketReceivedContext context)
    {
        var (token, cancel) = (context.Properties!.GetParameter<JsonWebToken>(TokenParameter)!, context.HttpContext.RequestAborted);
        var person = await people.MapAsync(token, cancel)
            ?? throw new RefusedException(Refusal.Forbidden("GROUP_MISSING", "None of the person's groups has a role here."));
        await SavePersonAsync(person, cancel);
        var (code, _) = await codes.CreateAsync(person.Id, CodeLifetime, clock.GetCurrentInstant() + DeviceLifetime, cancel);
        context.Response.Redirect(web.CreateEnrollmentLink(code));
        context.HandleResponse();
    }

    /// <summary>Called when the response is not valid or the provider did not answer.</summary>
    public override async Task RemoteFailure(RemoteFailureContext context)
    {
        await WriteFailureAsync(context.Response, context.Failure!);
        context.HandleResponse();
    }

    private static void Configure(OpenIdConnectOptions options, OpenIdSettings settings, OpenIdTokenValidator tokens, DashboardAddress web, TimeProvider time)
    {
        options.Authority = settings.Authority;
        options.RequireHttpsMetadata = settings.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret.Length == 0 ? null : settings.ClientSecret;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // Not by a form post, which would need cookies that other sites may send.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.CallbackPath = CallbackPath;
        options.Scope.Clear();
        foreach (var scope in settings.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend("openid"))
            options.Scope.Add(scope);
        options.TokenValidationParameters = tokens.CreateValidationParameters(settings.ClientId);
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.TimeProvider = time;
        options.EventsType = typeof(OpenIdSignIn);
        SecureCookie(options.CorrelationCookie, web);
        SecureCookie(options.NonceCookie, web);
    }

    private static void SecureCookie(CookieBuilder cookie, DashboardAddress web)
    {
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = web.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }

    private async Task RunAsync(HttpContext context, Func<OpenIdConnectHandler, Task> run)
    {
        // The response's address has a code in it.
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            limiter.AcquireCall(ClientAddress.From(context.Connection.RemoteIpAddress));
            var handler = context.RequestServices.GetRequiredService<OpenIdConnectHandler>();
            await handler.InitializeAsync(Scheme, context);
            await run(handler);
        }
        catch (Exception failed) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            await WriteFailureAsync(context.Response, failed);
        }
    }

    /// <summary>Saves the person with the provider's current groups.</summary>
    /// <exception cref="RefusedException">The person has ended.</exception>
    private async Task SavePersonAsync(Person person, CancellationToken cancel)
    {
        var grain = grains.GetGrain<IPersonGrain>(person.Id.Value);
        var known = await PersonStreamDefinition.People.FindAsync(ledger, person.Id.Value, cancel);
        // An administrator by the provider's groups does not count as the organization's last one.
        await GrainCalls.CallAsync(() => known is null || known.Value.Organization != person.Organization
            ? grain.AddAsync(person)
            : grain.ChangeAsync(new SettingsUpdate<Person>(person, [PersonFields.Grants]), othersAdminister: true));
    }

    private Task WriteFailureAsync(HttpResponse response, Exception failed)
    {
        switch (failed)
        {
            case RefusedException { Refusal.Code: var code }:
                Instruments.RefusedCalls.Add(1, new KeyValuePair<string, object?>("reason", code));
                return SignInErrorPage.WriteAsync(response, StatusCodes.Status403Forbidden, code switch
                {
                    "GROUP_MISSING" => "You are signed in, but none of your groups has access here. Ask an administrator of your program.",
                    "PERSON_ENDED" => "Your access to this program has ended. Ask an administrator of your program.",
                    _ => "You are signed in, but do not have access. Ask an administrator of your program.",
                });
            case RpcException { StatusCode: StatusCode.ResourceExhausted }:
                return SignInErrorPage.WriteAsync(response, StatusCodes.Status429TooManyRequests, "Too many attempts came from your network. Try again in a moment.");
            case OpenIdConnectProtocolException or AuthenticationFailureException or SecurityTokenException:
                LogRejected(DescribeFailure(failed));
                return SignInErrorPage.WriteAsync(response, StatusCodes.Status400BadRequest, "Signing in did not work, or took too long. Start again.");
            default:
                LogUnavailable(failed);
                return SignInErrorPage.WriteAsync(response, StatusCodes.Status503ServiceUnavailable, "You cannot be signed in just now. Try again in a moment.");
        }
    }

    /// <summary>The kind of failure, and the provider's error code. Its description is left out, because it may name a person.</summary>
    private static string DescribeFailure(Exception failed)
    {
        var error = failed.Data["error"] as string ?? "";
        var kind = failed.InnerException is { } inner ? $"{failed.GetType().Name}, {inner.GetType().Name}" : failed.GetType().Name;
        return error.Length is > 0 and <= 40 && error.All(c => char.IsAsciiLetterLower(c) || c == '_') ? $"{kind}: {error}" : kind;
    }

    [LoggerMessage(LogLevel.Information, "A sign-in with the provider was rejected: {Failure}.")]
    private partial void LogRejected(string failure);

    [LoggerMessage(LogLevel.Warning, "A sign-in with the provider failed: the provider or the store did not answer, or this is a bug.")]
    private partial void LogUnavailable(Exception failed);
}
