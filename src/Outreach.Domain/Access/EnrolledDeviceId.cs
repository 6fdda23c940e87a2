namespace Outreach.Domain.Access;

/// <summary>The id of an enrolled device, created by the server: <see cref="Slug.Rule"/>. The default value is not an id and must not be used.</summary>
public readonly record struct EnrolledDeviceId
{
    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public EnrolledDeviceId(string value) => Value = Slug.Require(value);

    public string Value { get; }

    public override string ToString() => Value;
}
