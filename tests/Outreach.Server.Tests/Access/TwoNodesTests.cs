using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Access;
using static Outreach.Protocol.Access.V1.PeopleService;
using static Outreach.Protocol.Access.V1.SessionService;
using DeviceService = Outreach.Protocol.Access.V1.DeviceService;

namespace Outreach.Server.Tests.Access;

/// <summary>Two nodes of one program on one PostgreSQL let the same people in, and the same people out.</summary>
public sealed class TwoNodesTests(Postgres postgres) : TwoNodes(postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_that_one_node_let_in_the_other_knows_and_when_one_shuts_it_out_its_streams_end_at_the_other()
    {
        var person = (await new PeopleServiceClient(Nodes[0].Channel).CreateEnrollmentCodeAsync(
            new CreateEnrollmentCodeRequest { PersonId = "admin" }, cancellationToken: Cancel)).Code;
        var session = await Session.EnrollAsync(Nodes[1].Grpc, person);
        var next = (await new SessionServiceClient(GrpcChannel.ForAddress(Nodes[0].Grpc)).RefreshSessionAsync(
            new RefreshSessionRequest { RefreshToken = session.Tokens.RefreshToken }, cancellationToken: Cancel)).Tokens;
        using var plain = GrpcChannel.ForAddress(Nodes[1].Grpc);
        using var watch = new OverviewService.OverviewServiceClient(plain).WatchOverview(
            new WatchOverviewRequest(), World.With(next.AccessToken), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));

        await new DeviceService.DeviceServiceClient(Nodes[0].Channel).ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = next.DeviceId, Reason = "Lost." }, cancellationToken: Cancel);

        await Refused.AssertAsync(StatusCode.Unauthenticated, "SESSION_ENDED", async () =>
        {
            while (await watch.ResponseStream.MoveNext(Cancel))
            {
            }
        });
        await Refused.AssertAsync(
            StatusCode.Unauthenticated,
            "SESSION_ENDED",
            async () => await new SessionServiceClient(plain).GetCallerAsync(new GetCallerRequest(), World.With(next.AccessToken), cancellationToken: Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_takes_part_as_a_node_who_does_not_hold_the_key_of_the_nodes(bool withAnother)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var another = new CertificateRequest("CN=nodes", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddDays(1));
        using var stranger = new TcpClient();
        var node = Nodes[0].Part<ILocalSiloDetails>().SiloAddress.Endpoint;
        await stranger.ConnectAsync(node, Cancel);
        await using var encrypted = new SslStream(stranger.GetStream());

        var turnedAway = await Record.ExceptionAsync(async () =>
        {
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "nodes",
                    ClientCertificates = withAnother ? [another] : [],
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                },
                Cancel);
            // The one that dialled is through before the other has judged it.
            if (await encrypted.ReadAsync(new byte[1], Cancel) == 0)
                throw new IOException("Closed.");
        });

        Assert.True(turnedAway is IOException or AuthenticationException, $"{turnedAway}");
    }

    [Fact]
    public async Task Nodes_that_need_a_key_at_once_agree_on_one()
    {
        var secrets = Nodes.Select(node => node.Part<Secrets>()).ToArray();

        var agreed = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            secrets[i % 2].AgreeAsync("test", () => [(byte)i], NodaTime.Instant.MaxValue, Cancel)));

        Assert.Single(agreed.Select(secret => secret[0]).Distinct());
    }
}
