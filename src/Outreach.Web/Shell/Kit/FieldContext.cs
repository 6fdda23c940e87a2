namespace Outreach.Web.Shell.Kit;

/// <summary>Attribute values that an input takes from the <see cref="Field"/> around it.</summary>
/// <param name="Id">The id of the input.</param>
/// <param name="DescribedBy">The ids of the hint and the error, for aria-describedby.</param>
/// <param name="Invalid">"true" or "false", for aria-invalid.</param>
public sealed record FieldContext(string Id, string DescribedBy, string Invalid);
