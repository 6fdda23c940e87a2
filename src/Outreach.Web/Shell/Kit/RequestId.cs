using Google.Protobuf;

namespace Outreach.Web.Shell.Kit;

/// <summary>The id of a request. It stays the same while the same is sent again, so that a lost answer does not make it count twice.</summary>
public sealed class RequestId
{
    private ByteString? lastContent;
    private Guid id;

    /// <summary>The id for a request that has none yet.</summary>
    public string For(IMessage request)
    {
        var content = request.ToByteString();
        if (!content.Equals(lastContent))
            (lastContent, id) = (content, Guid.NewGuid());
        return id.ToString();
    }
}
