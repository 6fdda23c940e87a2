namespace Outreach.Domain.Access;

/// <summary>Which device that somebody signed in with: <see cref="Slug.Rule"/>, made by the server. The default value is no id and must not be used.</summary>
public readonly record struct EnrolledDeviceId
{
    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public EnrolledDeviceId(string value) => Value = Slug.Require(value);

    public string Value { get; }

    public override string ToString() => Value;
}
