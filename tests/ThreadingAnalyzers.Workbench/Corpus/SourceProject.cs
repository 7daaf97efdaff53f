using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>What the compiler needs to know of a project: files, options, and the projects it refers to.</summary>
/// <param name="Path">The csproj, absolute; for code without a project the folder.</param>
/// <param name="Sources">Its files, absolute, each once, in the order of the names.</param>
/// <param name="References">The csprojs it refers to, absolute.</param>
/// <param name="Generated">What the SDK would write for it: global usings and friend assemblies.</param>
internal sealed record SourceProject(
    string Path, Moniker Framework, ImmutableArray<string> Sources, ImmutableArray<string> References, string Generated,
    bool UsesAspNet, CSharpParseOptions Parsing, CSharpCompilationOptions Options, string AssemblyName)
{
    /// <summary>The file name of <see cref="Generated"/>.</summary>
    public const string GeneratedFile = "Sdk.g.cs";

    /// <summary>The reference assemblies of ASP.NET Core in the running SDK; none where it has none.</summary>
    private static readonly Lazy<ImmutableArray<MetadataReference>> AspNet = new(() =>
    {
        var packs = new DirectoryInfo(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../packs/Microsoft.AspNetCore.App.Ref"));
        return packs.Exists
            ? [.. packs.EnumerateFiles("*.dll", SearchOption.AllDirectories).Where(file => file.FullName.Contains("/ref/", StringComparison.Ordinal)).Select(file => MetadataReference.CreateFromFile(file.FullName))]
            : [];
    });

    /// <summary>Parses and compiles it.</summary>
    /// <param name="references">The projects it refers to, also over others, with their compilations.</param>
    public CSharpCompilation Compile(IReadOnlyCollection<(SourceProject Project, CSharpCompilation Compilation)> references)
    {
        var trees = Sources.AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .Select(file => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(file), Encoding.UTF8), Parsing, file)).ToList();
        var generated = CSharpSyntaxTree.ParseText(Generated, Parsing, System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, GeneratedFile));
        return CSharpCompilation.Create(AssemblyName, trees.Prepend(generated),
            [.. FrameworkReferences([this, .. references.Select(reference => reference.Project)]), .. references.Select(reference => reference.Compilation.ToMetadataReference())], Options);
    }

    /// <summary>The reference assemblies of a project, given first, with those that it refers to.</summary>
    private static IEnumerable<MetadataReference> FrameworkReferences(List<SourceProject> projects)
    {
        // Each project is compiled for its newest framework, so one may be newer than what refers to it; and ASP.NET's
        // assemblies refer to the framework of the SDK that they came with.
        var usesAspNet = projects.Exists(project => project.UsesAspNet) && AspNet.Value is not [];
        var newest = usesAspNet || projects.Exists(project => project.Framework.References == "net10.0");
        var own = projects[0].Framework;
        return Frameworks.References(own.Family == "net" && newest ? "net10.0" : own.References).Concat(usesAspNet ? AspNet.Value : []);
    }

    /// <summary>Reads a csproj.</summary>
    /// <exception cref="FormatException">It is not a readable project; the message says what to mend.</exception>
    public static SourceProject Read(string path)
    {
        var (file, framework) = ProjectFile.Read(path);
        var properties = file.Properties;
        var name = properties["AssemblyName"] is { Length: > 0 } given ? given : System.IO.Path.GetFileNameWithoutExtension(path);
        var usesAspNet = file.Sdk.Contains("Sdk.Web", StringComparison.Ordinal) || Included(file, "FrameworkReference").Contains("Microsoft.AspNetCore.App");
        var references =
            from item in file.Items("ProjectReference")
            where !item.Removes && !item.Denies("ReferenceOutputAssembly")
            from reference in item.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            select System.IO.Path.GetFullPath(System.IO.Path.Combine(file.Folder, reference.Replace('\\', '/')));
        var key = properties["AssemblyOriginatorKeyFile"].Replace('\\', '/') is { Length: > 0 } keyFile && properties.Is("SignAssembly")
            ? System.IO.Path.Combine(file.Folder, keyFile)
            : null;

        var options = CompilationOptions(
            properties["OutputType"].Equals("Exe", StringComparison.OrdinalIgnoreCase) || properties["OutputType"].Equals("WinExe", StringComparison.OrdinalIgnoreCase)
                || file.Sdk is "Microsoft.NET.Sdk.Web" or "Microsoft.NET.Sdk.Worker",
            properties["Nullable"]);
        // Friends are named with their public keys; without its own, a test project would not see what it tests.
        if (key is not null && File.Exists(key))
            options = options.WithStrongNameProvider(new DesktopStrongNameProvider()).WithCryptoKeyFile(key).WithPublicSign(true);
        return new(path, framework, CompiledFiles(file), [.. references.Distinct()], GeneratedText(file, usesAspNet), usesAspNet,
            new(Language(properties["LangVersion"], framework), DocumentationMode.Parse, preprocessorSymbols: Symbols(properties["DefineConstants"], framework)),
            options, name);
    }

    /// <summary>C# that lies in no project's folder, as one library for the newest framework.</summary>
    public static SourceProject Loose(string folder, ImmutableArray<string> sources) =>
        new(System.IO.Path.Combine(folder, "(no project)"), Moniker.Default, sources, [], "", false,
            new(LanguageVersion.Preview, DocumentationMode.Parse, preprocessorSymbols: Symbols("", Moniker.Default)), CompilationOptions(false, ""), "Loose");

    private static CSharpCompilationOptions CompilationOptions(bool program, string nullable) =>
        new(program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release,
            nullableContextOptions: Enum.TryParse<NullableContextOptions>(nullable, ignoreCase: true, out var context) ? context : NullableContextOptions.Disable,
            // A corpus is asked about every rule, also those that a user has to switch on.
            specificDiagnosticOptions: Catalogue.Rules.Select(rule => rule.Descriptor()).Where(descriptor => !descriptor.IsEnabledByDefault)
                .Select(descriptor => KeyValuePair.Create(descriptor.Id, ReportDiagnostic.Warn)));

    private static ImmutableArray<string> CompiledFiles(ProjectFile file)
    {
        var sources = new SortedSet<string>(StringComparer.Ordinal);
        // Other SDKs (Traversal, NoTargets) compile nothing by themselves.
        if (file.Sdk.StartsWith("Microsoft.NET.Sdk", StringComparison.Ordinal) && !Denied("EnableDefaultItems") && !Denied("EnableDefaultCompileItems"))
        {
            var excluded = Globs.Matching(file.Folder, "bin/**;obj/**;**/.*/**;" + file.Properties["DefaultItemExcludes"]);
            sources.UnionWith(Globs.Files(file.Folder, "**/*.cs").Where(source => !excluded(source)));
        }
        foreach (var item in file.Items("Compile"))
        {
            var removed = Globs.Matching(file.Folder, item.Removes ? item.Value : file.Properties.Expand((string?)item.Element.Attribute("Exclude") ?? ""));
            if (item.Removes)
                sources.RemoveWhere(source => removed(source));
            else
                sources.UnionWith(Globs.Files(file.Folder, item.Value).Where(source => !removed(source)));
        }
        return [.. sources];

        bool Denied(string property) => file.Properties[property].Equals("false", StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> Included(ProjectFile file, string kind, IEnumerable<string>? defaults = null)
    {
        var values = new List<string>(defaults ?? []);
        foreach (var item in file.Items(kind))
            foreach (var value in item.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                values.Remove(value);
                if (!item.Removes)
                    values.Add(value);
            }
        return values;
    }

    private static string GeneratedText(ProjectFile file, bool usesAspNet)
    {
        string[] plain = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];
        string[] web = ["System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
            "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging"];
        var text = new StringBuilder();
        foreach (var name in Included(file, "Using", file.Properties.Is("ImplicitUsings") ? usesAspNet ? plain.Concat(web) : plain : null))
        {
            var item = file.Items("Using").LastOrDefault(item => item.Value == name)?.Element;
            var alias = (string?)item?.Attribute("Alias") is { } other ? other + " = " : "";
            text.Append("global using ").Append((string?)item?.Attribute("Static") is "true" or "True" ? "static " : "").Append(alias).Append("global::").Append(name).Append(";\n");
        }
        foreach (var item in file.Items("InternalsVisibleTo").Where(item => !item.Removes))
        {
            // The SDK gives a friend the project's own key; so does the compiler's grant for an unsigned name here.
            foreach (var friend in item.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                text.Append("[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"").Append(friend)
                    .Append((string?)item.Element.Attribute("Key") is { } publicKey ? ", PublicKey=" + file.Properties.Expand(publicKey) : file.Properties["PublicKey"] is { Length: > 0 } own ? ", PublicKey=" + own : "")
                    .Append("\")]\n");
        }
        return text.ToString();
    }

    private static LanguageVersion Language(string asked, Moniker framework) => asked switch
    {
        "" or "default" => framework.Language,
        _ when LanguageVersionFacts.TryParse(asked, out var version) => version,
        _ => LanguageVersion.Preview,
    };

    private static IEnumerable<string> Symbols(string asked, Moniker framework) =>
        ["TRACE", "RELEASE", .. framework.Symbols, .. asked.Split([';', ',', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(symbol => symbol != "DEBUG")];
}
