using System.Data.Common;
using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Data.Sqlite;
using Npgsql;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Rpc;

/// <summary>Converts every exception to a status. For a bug the status contains only a trace id. No other code catches all exceptions.</summary>
internal sealed partial class StatusInterceptor(ILogger<StatusInterceptor> log, IHostApplicationLifetime life, StoreHealth health) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception thrown)
        {
            throw Translate(thrown, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, life.ApplicationStopping);
        try
        {
            await continuation(request, responseStream, new CancellableCallContext(context, ends.Token));
        }
        catch (Exception thrown)
        {
            throw Translate(thrown, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, life.ApplicationStopping);
        try
        {
            return await continuation(requestStream, new CancellableCallContext(context, ends.Token));
        }
        catch (Exception thrown)
        {
            throw Translate(thrown, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, life.ApplicationStopping);
        try
        {
            await continuation(requestStream, responseStream, new CancellableCallContext(context, ends.Token));
        }
        catch (Exception thrown)
        {
            throw Translate(thrown, context);
        }
    }

    private RpcException Translate(Exception thrown, ServerCallContext context)
    {
        // The client has disconnected, so the exception does not matter.
        if (context.CancellationToken.IsCancellationRequested || thrown is IOException)
            return new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
        if (thrown is OperationCanceledException && life.ApplicationStopping.IsCancellationRequested)
            return RefusalStatus.Unavailable("The server is stopping. Try again in a moment.");
        return thrown switch
        {
            RpcException known => known,
            InvalidRequestException invalid => RefusalStatus.From(invalid),
            RefusedException refused => RefusalStatus.From(refused.Refusal),
            StaleJournalException => RefusalStatus.Aborted("Somebody else changed this at the same time. Try again."),
            LedgerFullException full => RefusalStatus.ResourceExhausted(full.Message),
            StoreDamagedException => Damaged(thrown, context),
            DbException failed when SqliteIntegrity.IsDamage(failed) => Damaged(thrown, context),
            StoreUnavailableException => Unavailable(thrown, context),
            // A query on views, whose connection may have failed.
            DbException failed when IsUnavailable(failed) => Unavailable(thrown, context),
            TimeoutException => Unavailable(thrown, context),
            Orleans.Runtime.OrleansException => Unavailable(thrown, context),
            _ => InternalError(thrown, context),
        };
    }

    /// <summary>True if the store failed, which may be temporary, and not a statement, which is a bug.</summary>
    private static bool IsUnavailable(DbException failed) => failed switch
    {
        // Connection exceptions, insufficient resources, operator intervention (PostgreSQL, appendix A).
        PostgresException known => known.IsTransient || known.SqlState[..2] is "08" or "53" or "57",
        // SQLITE_ERROR, CONSTRAINT, MISMATCH, MISUSE and RANGE (SQLite, result codes) are bugs.
        SqliteException known => known.SqliteErrorCode is not (1 or 19 or 20 or 21 or 25),
        _ => true,
    };

    private RpcException Unavailable(Exception thrown, ServerCallContext context)
    {
        LogUnavailable(thrown, context.Method);
        return RefusalStatus.Unavailable("The store did not answer. Your request may or may not have been recorded. Send the same request again.");
    }

    /// <summary>Clients keep what they sent and try again: after a restore it can be recorded.</summary>
    private RpcException Damaged(Exception thrown, ServerCallContext context)
    {
        health.ReportFailure(thrown as StoreDamagedException ?? new StoreDamagedException(thrown.Message, thrown));
        LogDamaged(thrown, context.Method);
        return RefusalStatus.Unavailable("The store is damaged, and an administrator must restore it. What was sent may or may not be recorded: send the same again later.");
    }

    private RpcException InternalError(Exception thrown, ServerCallContext context)
    {
        var trace = Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
        LogInternalError(thrown, context.Method, trace);
        return RefusalStatus.Internal(trace);
    }

    [LoggerMessage(LogLevel.Warning, "The store did not answer during {Method}.")]
    private partial void LogUnavailable(Exception thrown, string method);

    [LoggerMessage(LogLevel.Critical, "{Method} found damage in the store. Run verify, and restore a backup.")]
    private partial void LogDamaged(Exception thrown, string method);

    [LoggerMessage(LogLevel.Error, "{Method} failed because of a bug. Trace {Trace}.")]
    private partial void LogInternalError(Exception thrown, string method, string trace);
}
