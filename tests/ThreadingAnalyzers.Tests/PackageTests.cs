using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>What lies in the package, and nothing else.</summary>
[Collection(nameof(PackedPackage))]
public sealed class PackageTests(PackedPackage package)
{
    /// <summary>What a dll of the package may reference: what every host since Roslyn 4.8 has.</summary>
    private static readonly string[] Allowed =
    [
        "netstandard 2.0.0.0", "Microsoft.CodeAnalysis 4.8.0.0", "Microsoft.CodeAnalysis.CSharp 4.8.0.0", "System.Collections.Immutable 7.0.0.0",
    ];

    private static readonly string[] AllowedInFixes =
    [
        .. Allowed, "Microsoft.CodeAnalysis.Workspaces 4.8.0.0", "Microsoft.CodeAnalysis.CSharp.Workspaces 4.8.0.0", $"ThreadingAnalyzers {PackedPackage.Written("Version")}.0",
    ];

    [Fact]
    public void Holds_the_dlls_the_targets_and_the_presets()
    {
        using var archive = ZipFile.OpenRead(package.File);
        var presets = Path.Combine(Workplace.RepositoryRoot, "src", "ThreadingAnalyzers.Package", "buildTransitive");
        Assert.Equal(
            Directory.EnumerateFiles(presets, "*.globalconfig", SearchOption.AllDirectories)
                .Select(file => $"buildTransitive/{Path.GetRelativePath(presets, file).Replace('\\', '/')}")
                .Concat(
                [
                    "README.md", "icon.png", $"{package.Id}.nuspec", "analyzers/dotnet/cs/ThreadingAnalyzers.CodeFixes.dll", "analyzers/dotnet/cs/ThreadingAnalyzers.dll",
                    $"build/{package.Id}.targets", $"buildTransitive/{package.Id}.targets",
                ])
                .Order(StringComparer.Ordinal),
            archive.Entries.Select(entry => entry.FullName)
                .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && name != "[Content_Types].xml" && !name.EndsWith(".psmdcp", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Describes_itself_and_depends_on_nothing()
    {
        using var archive = ZipFile.OpenRead(package.File);
        using var stream = archive.GetEntry($"{package.Id}.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        XElement? Element(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);

        Assert.Equal(package.Id, Element("id")?.Value);
        Assert.Equal(package.Version, Element("version")?.Value);
        Assert.Equal("true", Element("developmentDependency")?.Value);
        Assert.Equal("README.md", Element("readme")?.Value);
        Assert.Equal("icon.png", Element("icon")?.Value);
        Assert.Equal("MIT", Element("license")?.Value);
        Assert.Equal(PackedPackage.Written("RepositoryUrl"), Element("repository")?.Attribute("url")?.Value);
        Assert.Equal(PackedPackage.Written("RepositoryUrl"), Element("projectUrl")?.Value);
        Assert.Null(Element("dependencies"));
        Assert.Null(Element("frameworkAssemblies"));
    }

    [Theory]
    [InlineData("ThreadingAnalyzers.dll")]
    [InlineData("ThreadingAnalyzers.CodeFixes.dll")]
    public void References_only_what_every_host_has(string name)
    {
        using var dll = Dll(name);
        var metadata = dll.GetMetadataReader();
        var references = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Select(reference => $"{metadata.GetString(reference.Name)} {reference.Version}");
        Assert.Empty(references.Except(name.Contains("CodeFixes") ? AllowedInFixes : Allowed));
    }

    [Theory]
    [InlineData("ThreadingAnalyzers.dll")]
    [InlineData("ThreadingAnalyzers.CodeFixes.dll")]
    public void Holds_portable_code_with_its_symbols_and_their_source(string name)
    {
        using var dll = Dll(name);
        Assert.Equal(CorFlags.ILOnly, dll.PEHeaders.CorHeader!.Flags & CorFlags.ILOnly);
        Assert.Equal(0, dll.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size);

        var entry = dll.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using var symbols = dll.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
        var reader = symbols.GetMetadataReader();
        Assert.All(reader.Documents, document => Assert.StartsWith("/_", reader.GetString(reader.GetDocument(document).Name)));
    }

    [Fact]
    public async Task Is_the_same_to_the_byte_when_packed_again()
    {
        var first = await File.ReadAllBytesAsync(package.File);
        var again = await File.ReadAllBytesAsync(await package.PackAsync("again", anew: true));
        Assert.True(first.AsSpan().SequenceEqual(again));
    }

    private PEReader Dll(string name)
    {
        using var archive = ZipFile.OpenRead(package.File);
        using var stream = archive.GetEntry($"analyzers/dotnet/cs/{name}")!.Open();
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return new PEReader(copy);
    }
}
