using Outreach.Web.Access;

namespace Outreach.Web.Tests.Access;

/// <summary>The picture that a phone scans to sign in.</summary>
public sealed class QrCodeTests
{
    /// <summary>Drawn by QRCoder of the same bytes, with error correction level M.</summary>
    private const string LinkPicture = """
        #######.#.#..#...#.###.#..#######
        #.....#.#..#.#..#.#...###.#.....#
        #.###.#..####..#.#.##.#.#.#.###.#
        #.###.#.#..##.#.#..####...#.###.#
        #.###.#..####.#..#..#.....#.###.#
        #.....#..#.........##.#.#.#.....#
        #######.#.#.#.#.#.#.#.#.#.#######
        ........#####....#..#.###........
        #.##.###.####.#.####.#.#..#..#.##
        ##.##...#.#.......####.#..##.##.#
        ..##.###.#..#.#.##....##..####.##
        ...#.#.#.#.#####..##..##...#.#.#.
        #.##..###.###..#..#..#..##...#.#.
        #.###...#.####..#.#....##.##...#.
        ##..###..###.#.##.#..##...#..#...
        #..###.......##.#.#####.####..#..
        .#....#..#....##..#####.###.#.#..
        ..#.##..#...#..#.#..#######.##.##
        ......##..#..###.#....#.##.##.##.
        ..###..####..###....##.##...#..#.
        ##.#..#..####.#...#.#...##.#.##.#
        #.###..###.#.###..#.......##.#..#
        ....###..###..#.###....###.##..##
        .##..#..#.#...#.#.##..#...#....##
        #..########.#######.#..#######.##
        ........######.###.#....#...##...
        #######.###.#.#....##.###.#.#....
        #.....#.###..#..#...#####...#####
        #.###.#...#.####.#..#..######.#.#
        #.###.#.#######..#####.#...#.#.##
        #.###.#.##....#..#.#..######.#...
        #.....#..#.#...###.#....##.##...#
        #######.##.#...####..#......#....
        """;

    [Fact]
    public void A_link_is_drawn_as_another_encoder_draws_it()
    {
        var code = QrCode.Create("https://outreach.example.org/#code=7K2QF-9XM4D")!;

        var rows = Enumerable.Range(0, code.Size).Select(y => string.Concat(Enumerable.Range(0, code.Size).Select(x => code[x, y] ? '#' : '.')));

        Assert.Equal(LinkPicture, string.Join('\n', rows));
    }

    [Theory]
    [InlineData(14, 21)]
    [InlineData(15, 25)]
    [InlineData(213, 57)]
    public void The_picture_is_as_small_as_the_text_allows(int length, int size) => Assert.Equal(size, QrCode.Create(new string('x', length))!.Size);

    [Fact]
    public void A_text_that_is_too_long_has_no_picture() => Assert.Null(QrCode.Create(new string('x', 214)));
}
