using System.Reflection;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Outreach.Server.Tests.Access;

/// <summary>Every method that the server's protos describe, and how to call it with a request that names what is here.</summary>
internal sealed class RpcMethod(MethodDescriptor descriptor)
{
    /// <summary>What requests say, by the names of their fields. Whatever is asked for is the first organization's.</summary>
    private static readonly Dictionary<string, string> FieldValues = new()
    {
        ["site_id"] = AccessFixture.OwnSite,
        ["site_ids"] = AccessFixture.OwnSite,
        ["organization_id"] = "main",
        ["product_id"] = "test-product",
        ["encounter_id"] = "0197a000-0000-7000-8000-000000000001",
        ["request_id"] = "0197a000-0000-7000-8000-000000000002",
        ["name"] = "Test",
        ["label"] = "Test",
        ["text"] = "Test",
        ["device_label"] = "Test",
        ["reason"] = "Test",
        ["time_zone"] = "UTC",
    };

    /// <summary>Every method of every service, in the order of their names.</summary>
    public static IReadOnlyList<RpcMethod> All { get; } =
    [
        .. new[] { typeof(Protocol.Access.V1.Person).Assembly, typeof(Grpc.Health.V1.Health).Assembly, typeof(Grpc.Reflection.V1Alpha.ServerReflection).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static, null, typeof(FileDescriptor), [], null)?.GetValue(null))
            .OfType<FileDescriptor>()
            .SelectMany(file => file.Services)
            .SelectMany(service => service.Methods)
            .Select(method => new RpcMethod(method))
            .OrderBy(rpc => rpc.Name, StringComparer.Ordinal),
    ];

    /// <summary>For example <c>outreach.sites.v1.SiteService/GetSite</c>.</summary>
    public string Name => $"{descriptor.Service.FullName}/{descriptor.Name}";

    public bool IsDuplex => descriptor.IsClientStreaming;

    /// <summary>Whether its request names one site, in itself or in what it is about.</summary>
    public bool NamesSite => !IsDuplex && Request(new Dictionary<string, string> { ["site_id"] = "named" }).ToString()!.Contains("named", StringComparison.Ordinal);

    /// <summary>How it is called as JSON; null where it is not.</summary>
    public HttpRule? JsonRule => descriptor.GetOptions()?.GetExtension(AnnotationsExtensions.Http);

    /// <summary>Calls it, and reads as much of the answer as tells whether the caller was let in.</summary>
    /// <param name="invoker">Over what.</param>
    /// <param name="token">The token; null for none.</param>
    /// <param name="known">Ids of a person and a device of the first organization.</param>
    public async Task CallAsync(CallInvoker invoker, string? token, IReadOnlyDictionary<string, string> known, CancellationToken cancel)
    {
        var raw = Marshallers.Create(bytes => bytes, bytes => bytes);
        var type = descriptor.IsClientStreaming ? MethodType.DuplexStreaming : descriptor.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        var method = new Method<byte[], byte[]>(type, descriptor.Service.FullName, descriptor.Name, raw, raw);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var options = new CallOptions(token is null ? [] : AccessFixture.BearerMetadata(token), cancellationToken: ends.Token);
        var request = Request(known).ToByteArray();
        switch (type)
        {
            case MethodType.Unary:
                using (var call = invoker.AsyncUnaryCall(method, null, options, request))
                    await call.ResponseAsync;
                break;
            case MethodType.ServerStreaming:
                using (var call = invoker.AsyncServerStreamingCall(method, null, options, request))
                    await call.ResponseStream.MoveNext(ends.Token);
                await ends.CancelAsync();
                break;
            default:
                using (var call = invoker.AsyncDuplexStreamingCall(method, null, options))
                {
                    await call.RequestStream.CompleteAsync();
                    await call.ResponseStream.MoveNext(ends.Token);
                }

                break;
        }
    }

    /// <summary>The same request as JSON.</summary>
    public HttpRequestMessage ToHttpRequest(IReadOnlyDictionary<string, string> known)
    {
        var (verb, path) = JsonRule!.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, JsonRule.Get),
            HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, JsonRule.Patch),
            _ => (HttpMethod.Post, JsonRule.Post),
        };
        var request = Request(known);
        foreach (var field in descriptor.InputType.Fields.InDeclarationOrder())
        {
            path = path.Replace($"{{{field.Name}}}", Text(request, field), StringComparison.Ordinal);
            if (field.Accessor.GetValue(request) is IMessage inner)
            {
                foreach (var part in inner.Descriptor.Fields.InDeclarationOrder())
                    path = path.Replace($"{{{field.Name}.{part.Name}}}", Text(inner, part), StringComparison.Ordinal);
            }
        }

        if (verb == HttpMethod.Get)
            return new HttpRequestMessage(verb, $"{path}{Query(request, path)}");
        var body = JsonRule.Body == "*" ? request : (IMessage)descriptor.InputType.FindFieldByName(JsonRule.Body).Accessor.GetValue(request);
        return new HttpRequestMessage(verb, path) { Content = new StringContent(JsonFormatter.Default.Format(body), null, "application/json") };
    }

    private static string Text(IMessage message, FieldDescriptor field) => field.Accessor.GetValue(message) as string ?? "";

    /// <summary>The site that is asked about, where the path does not say.</summary>
    private static string Query(IMessage request, string path)
    {
        if (request.Descriptor.FindFieldByName("site_id") is { } site && !path.Contains(Text(request, site), StringComparison.Ordinal))
            return $"?site_id={Text(request, site)}";
        if (request.Descriptor.FindFieldByName("organization_id") is { } organization && !path.Contains(Text(request, organization), StringComparison.Ordinal))
            return $"?organization_id={Text(request, organization)}";
        if (request.Descriptor.FindFieldByName("filter") is not null)
            return "?filter.organization_id=main";
        return request.Descriptor.FindFieldByName("query") is not null ? $"?query.site_ids={AccessFixture.OwnSite}" : "";
    }

    private IMessage Request(IReadOnlyDictionary<string, string> known) => Fill(descriptor.InputType, known);

    private static IMessage Fill(MessageDescriptor type, IReadOnlyDictionary<string, string> known)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            var said = known.GetValueOrDefault(field.Name) ?? FieldValues.GetValueOrDefault(field.Name);
            if (field is { FieldType: FieldType.Message, IsRepeated: false } && field.MessageType.Name is "Site" or "Person" or "Organization" or "Product"
                or "Question" or "Encounter" or "AuditFilter" or "OverviewQuery")
                field.Accessor.SetValue(message, Fill(field.MessageType, known));
            else if (field is { FieldType: FieldType.Enum, IsRepeated: false } && type.Name is "Site" or "Person" or "Organization" or "Product")
                field.Accessor.SetValue(message, 1);
            else if (field is { FieldType: FieldType.Message, IsRepeated: true } && type.Name == "Question")
                foreach (var id in new[] { "yes", "no" })
                    ((System.Collections.IList)field.Accessor.GetValue(message)).Add(Fill(field.MessageType, new Dictionary<string, string> { ["answer_id"] = id }));
            else if (field.FieldType == FieldType.String && said is not null && field.IsRepeated)
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(said);
            else if (field.FieldType == FieldType.String && said is not null)
                field.Accessor.SetValue(message, said);
        }

        return message;
    }
}
