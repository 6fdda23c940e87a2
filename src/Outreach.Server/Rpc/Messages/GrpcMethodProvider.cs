using System.Reflection;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Outreach.Server.Rpc.Messages;

/// <summary>Binds the methods of a gRPC service as the framework does, with requests that a <see cref="MessageReader{T}"/> reads.</summary>
/// <remarks>The framework reads a unary request before any interceptor runs, so that an interceptor cannot do this.</remarks>
internal sealed class GrpcMethodProvider<TService>(IServiceProvider services) : IServiceMethodProvider<TService>
    where TService : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        var binding = GetBinding();
        var bind = binding.BindType.GetMethod(
            binding.BindMethodName, BindingFlags.Public | BindingFlags.Static, [typeof(ServiceBinderBase), GetServiceBase()]);
        bind!.Invoke(null, [new Binder(context, services), null]);
    }

    private static Type GetServiceBase()
    {
        var type = typeof(TService);
        while (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is null)
            type = type.BaseType ?? throw new InvalidOperationException($"{typeof(TService)} is no gRPC service.");
        return type;
    }

    private static BindServiceMethodAttribute GetBinding() => GetServiceBase().GetCustomAttribute<BindServiceMethodAttribute>(inherit: false)!;

    private sealed class Binder(ServiceMethodProviderContext<TService> context, IServiceProvider services) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            var declared = Find(method.Name, typeof(TRequest), typeof(ServerCallContext));
            context.AddUnaryMethod(WithReader(method), GetMetadata(declared), declared.CreateDelegate<UnaryServerMethod<TService, TRequest, TResponse>>());
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var declared = Find(method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
            context.AddServerStreamingMethod(
                WithReader(method), GetMetadata(declared), declared.CreateDelegate<ServerStreamingServerMethod<TService, TRequest, TResponse>>());
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var declared = Find(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
            context.AddClientStreamingMethod(
                WithReader(method), GetMetadata(declared), declared.CreateDelegate<ClientStreamingServerMethod<TService, TRequest, TResponse>>());
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var declared = Find(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
            context.AddDuplexStreamingMethod(
                WithReader(method), GetMetadata(declared), declared.CreateDelegate<DuplexStreamingServerMethod<TService, TRequest, TResponse>>());
        }

        private static MethodInfo Find(string name, params Type[] parameters) =>
            typeof(TService).GetMethod(name, parameters) ?? throw new InvalidOperationException($"{typeof(TService)} has no method {name}.");

        /// <summary>The attributes of the class, then those of the method, which take precedence.</summary>
        private static IList<object> GetMetadata(MethodInfo method) =>
        [
            .. typeof(TService).GetCustomAttributes(inherit: true),
            .. method.GetCustomAttributes(inherit: true),
            new HttpMethodMetadata([HttpMethods.Post], acceptCorsPreflight: true),
        ];

        private Method<TRequest, TResponse> WithReader<TRequest, TResponse>(Method<TRequest, TResponse> method)
            where TRequest : class
            where TResponse : class
        {
            var marshaller = method.RequestMarshaller;
            var reader = new MessageReader<TRequest>(marshaller.ContextualDeserializer, services.GetService<IDamagedMessageReader<TRequest>>());
            return new Method<TRequest, TResponse>(
                method.Type, method.ServiceName, method.Name, new Marshaller<TRequest>(marshaller.ContextualSerializer, reader.Read), method.ResponseMarshaller);
        }
    }
}
