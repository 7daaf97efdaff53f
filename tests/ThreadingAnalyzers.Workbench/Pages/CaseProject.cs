using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers.Workbench.Pages;

/// <summary>A case as a project that can be compiled and analysed.</summary>
internal sealed class CaseProject
{
    private const string Folder = "/case/";

    private static readonly string[] ImplicitUsings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private readonly Options options;

    private CaseProject(CSharpCompilation compilation, Options options)
    {
        Compilation = compilation;
        this.options = options;
    }

    /// <summary>The case's files, compiled.</summary>
    public CSharpCompilation Compilation { get; }

    /// <summary>The options that analyzers see.</summary>
    public AnalyzerOptions AnalyzerOptions => new([], options);

    /// <summary>The project of a case, with other texts for some of its files.</summary>
    /// <param name="case">The case; its language version must be known to this Roslyn.</param>
    /// <param name="texts">File name to text, for the files that differ from the page's.</param>
    public static CaseProject Of(Case @case, IReadOnlyDictionary<string, string>? texts = null)
    {
        var options = @case.EditorConfig is null ? new Options() : new Options((Folder + ".editorconfig", @case.EditorConfig));
        var parse = ParseOptions(@case);
        var trees = @case.Files
            .Select(file => (file.Name, Text: texts?.GetValueOrDefault(file.Name) ?? file.Text))
            .Concat(HasGlobalUsings(@case) ? [("GlobalUsings.g.cs", GlobalUsings(@case.Framework))] : [])
            .Select(file => CSharpSyntaxTree.ParseText(file.Text, parse, Folder + file.Name));
        var compilation = CSharpCompilation.Create("Case", trees, Frameworks.References(@case.Framework), CompilationOptions(@case).WithSyntaxTreeOptionsProvider(options.Severities));
        return new CaseProject(compilation, options);
    }

    /// <summary>The same project, newly compiled, with its documents in the opposite order.</summary>
    public CaseProject Reversed() =>
        new(Compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(Compilation.SyntaxTrees.Reverse()), options);

    /// <summary>How the case's files are parsed. Documentation comments are, as in editors and builds: without, per-document analysis is silent.</summary>
    public static CSharpParseOptions ParseOptions(Case @case) =>
        new(@case.LanguageVersion ?? throw new ArgumentException($"{@case.Name}: this Roslyn does not know C# {@case.Language}", nameof(@case)), DocumentationMode.Parse);

    /// <summary>How the case is compiled; the page's own rule is on, whatever its default.</summary>
    public static CSharpCompilationOptions CompilationOptions(Case @case) =>
        new(@case.Program ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
            nullableContextOptions: @case.LanguageVersion >= LanguageVersion.CSharp8 ? NullableContextOptions.Enable : NullableContextOptions.Disable,
            specificDiagnosticOptions: @case.EditorConfig is null && Catalogue.Rule(@case.Id)?.Descriptor() is { IsEnabledByDefault: false } own
                ? [KeyValuePair.Create(own.Id, ReportDiagnostic.Warn)]
                : null);

    /// <summary>Whether the usual usings are added: from C# 10 on.</summary>
    public static bool HasGlobalUsings(Case @case) => @case.LanguageVersion >= LanguageVersion.CSharp10;

    /// <summary>The usings that an SDK project has without writing them.</summary>
    public static string GlobalUsings(string framework) => string.Concat(ImplicitUsings
        .Where(name => name != "System.Net.Http" || framework != "net472")
        .Select(name => $"global using {name};\n"));

    /// <summary>The tree of a file of the case.</summary>
    public SyntaxTree Tree(string name) => Compilation.SyntaxTrees.Single(tree => tree.FilePath == Folder + name);

    /// <summary>The compiler's errors, which a case must not have.</summary>
    public ImmutableArray<Diagnostic> Errors() => [.. Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
}
