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
using Outreach.Domain.Recording;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>Signs people in to the dashboard whom another provider vouches for: OpenID Connect's authorization code flow, with PKCE.</summary>
/// <remarks>
/// The browser is sent to the provider, and what it brings back is proven by the framework's handler. Then the person is kept in the
/// ledger, and the browser is sent on to the dashboard with a code like any other, which enrols it. So no cookie stands for a
/// person: those of the flow only tie what comes back to the browser that left. The handler is run here and not as a scheme of the
/// framework, which would look at every call for a person of its own.
/// </remarks>
internal sealed partial class OpenIdSignIn(
    OpenIdPersonMapper people, IGrainFactory grains, ILedger ledger, EnrollmentCodes codes, AddressLimiter limiter, WebAddress web, IClock clock, ILogger<OpenIdSignIn> log)
    : OpenIdConnectEvents
{
    /// <summary>Where signing in begins, on the port for browsers.</summary>
    public const string Path = "/sign-in/openid";

    /// <summary>Where the provider sends the browser back to.</summary>
    public const string CallbackPath = Path + "/done";

    private const string TokenParameter = "token";

    private static readonly AuthenticationScheme Scheme = new("openid", null, typeof(OpenIdConnectHandler));

    /// <summary>How long the code is good for: as long as a browser takes to load the dashboard, and somebody to press a button.</summary>
    private static readonly Duration CodeLifetime = Duration.FromMinutes(2);

    /// <summary>How long the provider's word holds. It is asked for again after a day's work.</summary>
    private static readonly Duration DeviceLifetime = Duration.FromHours(12);

    /// <summary>Adds it, with keys that all nodes share for what browsers carry meanwhile.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<OpenIdSignIn>();
        services.AddSingleton<DataProtectionKeyRepository>();
        services.AddDataProtection().SetApplicationName("outreach");
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeyRepository>((options, keys) => options.XmlRepository = keys);
        services.AddWebEncoders();
        services.AddTransient<OpenIdConnectHandler>();
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        services.AddOptions<OpenIdConnectOptions>(Scheme.Name).Configure<OpenIdSettings, OpenIdTokenValidator, WebAddress, TimeProvider>(Configure);
    }

    /// <summary>Serves it.</summary>
    public static void Map(WebApplication app)
    {
        var signIn = app.Services.GetRequiredService<OpenIdSignIn>();
        // Without a place to come back to the handler would remember where it was called.
        app.MapGet(Path, context => signIn.RunAsync(context, handler => handler.ChallengeAsync(new AuthenticationProperties { RedirectUri = "/" })));
        app.MapGet(CallbackPath, context => signIn.RunAsync(context, async handler =>
        {
            if (!await handler.HandleRequestAsync())
                context.Response.StatusCode = StatusCodes.Status404NotFound;
        }));
    }

    /// <summary>The provider sends the browser back to the address that people use, whatever this node is called behind a proxy.</summary>
    public override Task RedirectToIdentityProvider(RedirectContext context)
    {
        context.ProtocolMessage.RedirectUri = web.ToAbsolute(CallbackPath);
        return Task.CompletedTask;
    }

    /// <summary>Keeps the token for later: its nonce is not proven yet.</summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        var token = new JsonWebToken(context.TokenEndpointResponse!.IdToken);
        // The handler takes an unsigned one, because it came from the provider itself.
        if (token.IsSigned)
            context.Properties!.SetParameter(TokenParameter, token);
        else
            context.Fail("The provider's token is not signed.");
        return Task.CompletedTask;
    }

    /// <summary>All is proven.</summary>
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

    /// <summary>What came back is not what was asked for, or the provider could not be asked.</summary>
    public override async Task RemoteFailure(RemoteFailureContext context)
    {
        await WriteFailureAsync(context.Response, context.Failure!);
        context.HandleResponse();
    }

    private static void Configure(OpenIdConnectOptions options, OpenIdSettings settings, OpenIdTokenValidator tokens, WebAddress web, TimeProvider time)
    {
        options.Authority = settings.Authority;
        options.RequireHttpsMetadata = settings.Authority.StartsWith(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase);
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret.Length == 0 ? null : settings.ClientSecret;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // By a link and not by a form: so the cookies need not go along with what other sites post.
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

    private static void SecureCookie(CookieBuilder cookie, WebAddress web)
    {
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = web.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }

    private async Task RunAsync(HttpContext context, Func<OpenIdConnectHandler, Task> run)
    {
        // A code is in the address that this answers with.
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

    /// <summary>The person as the provider has it now.</summary>
    /// <exception cref="RefusedException">The person's part has ended.</exception>
    private async Task SavePersonAsync(Person person, CancellationToken cancel)
    {
        var keeper = grains.GetGrain<IPersonGrain>(person.Id.Value);
        var known = await AccessViews.FindPersonAsync(ledger, person.Id.Value, cancel);
        // Who administers by the provider's word alone is no administrator that others count on.
        await GrainCalls.CallAsync(() => known is null || known.Person.Organization != person.Organization
            ? keeper.AddAsync(person)
            : keeper.ChangeAsync(person, PersonFields.Grants, null, othersAdminister: true));
    }

    private Task WriteFailureAsync(HttpResponse response, Exception failed)
    {
        switch (failed)
        {
            case RefusedException { Refusal.Code: var code }:
                Instruments.RefusedCalls.Add(1, new KeyValuePair<string, object?>("reason", code));
                return SignInErrorPage.WriteAsync(response, StatusCodes.Status403Forbidden, code switch
                {
                    "GROUP_MISSING" => "You were recognized, but none of your groups lets you in here. Ask an administrator of your program.",
                    "PERSON_ENDED" => "Your part in this program has ended. An administrator of your program can tell you more.",
                    _ => "You were recognized, but cannot be let in. Ask an administrator of your program.",
                });
            case RpcException { StatusCode: StatusCode.ResourceExhausted }:
                return SignInErrorPage.WriteAsync(response, StatusCodes.Status429TooManyRequests, "Too many attempts came from here. Try again a little later.");
            case OpenIdConnectProtocolException or AuthenticationFailureException or SecurityTokenException:
                LogRejected(DescribeFailure(failed));
                return SignInErrorPage.WriteAsync(response, StatusCodes.Status400BadRequest, "Signing in did not work, or took too long. Try again from the beginning.");
            default:
                LogUnavailable(failed);
                return SignInErrorPage.WriteAsync(response, StatusCodes.Status503ServiceUnavailable, "You cannot be signed in just now. Try again in a moment.");
        }
    }

    /// <summary>The kind of failure, and the provider's error where it is a plain word: what it says besides may name somebody.</summary>
    private static string DescribeFailure(Exception failed)
    {
        var error = failed.Data["error"] as string ?? "";
        var kind = failed.InnerException is { } inner ? $"{failed.GetType().Name}, {inner.GetType().Name}" : failed.GetType().Name;
        return error.Length is > 0 and <= 40 && error.All(c => char.IsAsciiLetterLower(c) || c == '_') ? $"{kind}: {error}" : kind;
    }

    [LoggerMessage(LogLevel.Information, "Somebody was not signed in by the provider: {Failure}.")]
    private partial void LogRejected(string failure);

    [LoggerMessage(LogLevel.Warning, "Somebody could not be signed in by the provider: it or the store does not answer, or this is a bug.")]
    private partial void LogUnavailable(Exception failed);
}
