using System.Text.RegularExpressions;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>The style of <c>docs/style.md</c> as far as it can be counted.</summary>
public sealed class HouseTests
{
    /// <summary>Lines past which a file is split by concern.</summary>
    private const int LongestFile = 300;

    /// <summary>All that is visible at the top of the repository.</summary>
    private static readonly string[] Top = ["ThreadingAnalyzers.sln", "README.md", "build.props", "LICENSE", "src", "tests", "samples", "docs"];

    private static readonly Regex EmptyName = new(@"\b(class|struct|record|interface|enum)\s+(?<name>\w*(Utils?|Helpers?|Manager|Processor))\b", RegexOptions.CultureInvariant);

    private static IEnumerable<string> Sources => new[] { "src", "tests", "samples" }.SelectMany(folder => OwnSource.Files(folder, "*.cs"));

    [Fact]
    public void No_file_is_too_long()
    {
        var broken = Sources.Select(file => (File: file, Lines: Text(file).Count(character => character == '\n'))).Where(file => file.Lines > LongestFile);
        Assert.Empty(broken.Select(file => $"{file.File} has {file.Lines} lines"));
    }

    [Fact]
    public void Each_file_says_what_its_type_is() =>
        Assert.All(Sources, file => Assert.True(Text(file).Contains("/// <summary>") || !Text(file).Contains("\nnamespace "), file));

    [Fact]
    public void No_name_says_nothing() =>
        Assert.Empty(Sources.SelectMany(file => EmptyName.Matches(Text(file)).Select(match => $"{file}: {match.Groups["name"].Value}")));

    [Fact]
    public void Nothing_else_is_visible_at_the_top() =>
        Assert.Empty(Directory.EnumerateFileSystemEntries(Workplace.RepositoryRoot)
            .Select(path => Path.GetFileName(path)!)
            .Where(name => !name.StartsWith('.') && name is not ("artifacts" or "bin" or "obj" or "TestResults"))
            .Except(Top));

    private static string Text(string file) => File.ReadAllText(Path.Combine(Workplace.RepositoryRoot, file));
}
