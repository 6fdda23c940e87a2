using Outreach.Protocol.Reports.V1;
using Outreach.Web.Reports;

namespace Outreach.Web.Tests.Reports;

public class FiguresExtensionsTests
{
    [Fact]
    public void Every_figure_is_added()
    {
        var one = new Figures();
        foreach (var field in Figures.Descriptor.Fields.InDeclarationOrder())
            field.Accessor.SetValue(one, (long)field.FieldNumber);

        var sum = one.Plus(one);

        Assert.All(Figures.Descriptor.Fields.InDeclarationOrder(), field => Assert.Equal(2L * field.FieldNumber, field.Accessor.GetValue(sum)));
    }
}
