using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>The notation of the pages: what is read, and what a writer is told who breaks it.</summary>
public sealed class PageTests
{
    [Fact]
    public void Reads_a_case_with_its_files_options_fixes_and_drawings()
    {
        var page = Read("""
            # THR4002 LockOnString: A title

            Prose, and a block that is not C#:
            ```xml
            <a/>
            ```

            ## Flagged: two files

            ```cs file: A.cs lang: 12 framework: net8.0
            class A;
            //    ~ THR4002: 'A' is wrong
            //  --- 1: further
            ```
            ```cs file: B.cs
            class B;
            ```
            ```ini file: .editorconfig
            root = true
            ```
            ```cs fix: Mend 'A' well
            class Mended;
            ```

            ## On real code

            No fix: is prose here.

            ## Allowed: a program

            ```cs program
            return;
            ```
            """);

        Assert.Equal("THR4002", page.Id);
        Assert.Equal(2, page.Cases.Length);

        var flagged = page.Cases[0];
        Assert.Equal("THR4002.md:8 Flagged: two files", flagged.Name);
        Assert.Equal((Claim.Flagged, "12", "net8.0", "root = true\n", false), (flagged.Claim, flagged.Language, flagged.Framework, flagged.EditorConfig, flagged.Program));
        Assert.Equal(["A.cs", "B.cs"], flagged.Files.Select(file => file.Name));
        Assert.Equal("class A;\n", flagged.Files[0].Text);
        Assert.Equal([new Squiggle("THR4002", 0, 0, 6, 7, "'A' is wrong"), new Squiggle(null, 1, 0, 4, 7, "further")], flagged.Files[0].Squiggles.AsEnumerable());
        Assert.Equal(("Mend 'A' well", "A.cs", "class Mended;\n"), (flagged.Fixes.Single().Title, flagged.Fixes.Single().Files.Single().Name, flagged.Fixes.Single().Files.Single().Text));

        Assert.Equal((Claim.Allowed, true, false, Frameworks.Default), (page.Cases[1].Claim, page.Cases[1].Program, page.Cases[1].NoFix, page.Cases[1].Framework));
    }

    [Fact]
    public void Knows_a_promise_of_no_fix() => Assert.True(Read("## Flagged: a\n```cs\nclass A;\n```\nNo fix: because.").Cases.Single().NoFix);

    [Fact]
    public void Reads_windows_line_ends() => Assert.Equal("class A;\nclass B;\n", Read("## Allowed\r\n```cs\r\nclass A;\r\nclass B;\r\n```\r\n").Cases.Single().Files.Single().Text);

    [Theory]
    [InlineData("```cs\nclass A;\n```", "THR4002.md:2: code before the first '## ' heading")]
    [InlineData("## Flagged: a\n```cs\nclass A;", "THR4002.md:2: this code block is never closed")]
    [InlineData("## Some title\n```cs\nclass A;\n```", "THR4002.md:1: a section with code begins with 'Flagged', 'Allowed', 'Not found yet', 'Found wrongly'")]
    [InlineData("## Flagged: a\n\nonly words", "THR4002.md:1: this case has no code to analyse")]
    [InlineData("## Flagged: a\n```cs fix: Mend it\nclass A;\n```", "THR4002.md:1: this case has no code to analyse")]
    [InlineData("## Flagged: a\n```csharp\nclass A;\n```", "THR4002.md:2: a block that is tested begins with '```cs'")]
    [InlineData("## Flagged: a\n  ```cs\n  class A;\n  ```", "THR4002.md:2: a block that is tested begins with '```cs'")]
    [InlineData("## Flagged: a\n```cs\nclass A;\n```\n```cs\nclass B;\n```", "THR4002.md:1: two files of this case have one name")]
    [InlineData("## Flagged: a\n```cs programme\nclass A;\n```", "THR4002.md:2: 'programme' is no word of a fence")]
    [InlineData("## Flagged: a\n```cs framework: net6.0\nclass A;\n```", "THR4002.md:2: 'net6.0' is not among the frameworks net472")]
    [InlineData("## Flagged: a\n```cs lang:\nclass A;\n```", "THR4002.md:2: 'lang:' wants a value")]
    [InlineData("## Flagged: a\n```cs fix:\nclass A;\n```", "THR4002.md:2: 'fix:' wants the fix's title")]
    [InlineData("## Flagged: a\n```cs\nclass A;\n```\n```cs file: B.cs fix: Mend it\nclass B;\n```", "THR4002.md:5: the fix changes 'B.cs', which is no file of this case")]
    [InlineData("## Flagged: a\n```cs\nclass A;\n```\n```cs fix: Mend it\nclass B;\n```\nNo fix: because.", "THR4002.md:1: this case says 'No fix:' and draws one")]
    [InlineData("## Flagged: a\n```cs\nclass A;\n```\n```ini file: other.config\na = b\n```", "THR4002.md:5: the only ini file of a case is 'file: .editorconfig'")]
    [InlineData("## Flagged: a\n```cs\n//  ~~~ THR4002\nclass A;\n```", "THR4002.md:3: a squiggle needs a line of code above it")]
    [InlineData("## Flagged: a\n```cs\nclass A;\n//    ~ THR402\n```", "THR4002.md:4: a squiggle is followed by its rule")]
    public void Says_what_is_broken_and_where(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Draws_what_it_reads()
    {
        string[] lines = ["class A;", "//    ~ THR4002: words", "//  --- 2", "class B;"];
        var (text, squiggles) = Squiggle.Read(lines);
        Assert.Equal(string.Join("\n", lines), Squiggle.Draw(text, squiggles));
    }

    [Fact]
    public void A_finding_in_the_first_columns_is_drawn_after_the_slashes()
    {
        var drawn = new Squiggle("THR4002", 0, 0, 2, 4, null);
        Assert.True(drawn.IsMetBy(new Squiggle("THR4002", 0, 0, 0, 4, "words")));
        Assert.False(drawn.IsMetBy(new Squiggle("THR4002", 0, 0, 3, 4, "words")));
        Assert.False((drawn with { Words = "other" }).IsMetBy(new Squiggle("THR4002", 0, 0, 2, 4, "words")));
    }

    private static Page Read(string text) => Page.Parse("THR4002.md", text);
}
