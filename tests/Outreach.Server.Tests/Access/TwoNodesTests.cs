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
public sealed class TwoNodesTests(PostgresFixture postgres) : TwoNodes(postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_nodes_know_an_enrolled_device_and_both_end_its_streams_when_it_is_shut_out()
    {
        var person = (await new PeopleServiceClient(Nodes[0].Channel).CreateEnrollmentCodeAsync(
            new CreateEnrollmentCodeRequest { PersonId = "admin" }, cancellationToken: Cancel)).Code;
        var session = await SignedInUser.EnrollAsync(Nodes[1].GrpcAddress, person);
        var next = (await new SessionServiceClient(GrpcChannel.ForAddress(Nodes[0].GrpcAddress)).RefreshSessionAsync(
            new RefreshSessionRequest { RefreshToken = session.Tokens.RefreshToken }, cancellationToken: Cancel)).Tokens;
        using var plain = GrpcChannel.ForAddress(Nodes[1].GrpcAddress);
        using var watch = new OverviewService.OverviewServiceClient(plain).WatchOverview(
            new WatchOverviewRequest(), AccessFixture.BearerMetadata(next.AccessToken), cancellationToken: Cancel);
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));

        await new DeviceService.DeviceServiceClient(Nodes[0].Channel).ShutOutDeviceAsync(
            new ShutOutDeviceRequest { DeviceId = next.DeviceId, Reason = "Lost." }, cancellationToken: Cancel);

        await RpcAssert.RefusedAsync(StatusCode.Unauthenticated, "SESSION_ENDED", async () =>
        {
            while (await watch.ResponseStream.MoveNext(Cancel))
            {
            }
        });
        await RpcAssert.RefusedAsync(
            StatusCode.Unauthenticated,
            "SESSION_ENDED",
            async () => await new SessionServiceClient(plain).GetCallerAsync(new GetCallerRequest(), AccessFixture.BearerMetadata(next.AccessToken), cancellationToken: Cancel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_without_the_cluster_key_cannot_connect(bool withAnother)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var another = new CertificateRequest("CN=nodes", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow.AddDays(1));
        using var stranger = new TcpClient();
        var node = Nodes[0].GetService<ILocalSiloDetails>().SiloAddress.Endpoint;
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
    public async Task Nodes_that_create_a_key_concurrently_agree_on_one()
    {
        var secrets = Nodes.Select(node => node.GetService<SecretStore>()).ToArray();

        var agreed = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            secrets[i % 2].GetOrAddAsync("test", () => [(byte)i], NodaTime.Instant.MaxValue, Cancel)));

        Assert.Single(agreed.Select(secret => secret[0]).Distinct());
    }
}
