using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using ThreadingAnalyzers.Workbench;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// Roslyn's own testing library over one case a rule and one a fix, fed from the pages. Our fast harness runs every case;
/// this proves what only the library tries: FixAll in a document, in a project, in a solution.
/// </summary>
public sealed class TestingLibraryTests
{
    /// <summary>No case has more findings; fixing one by one, or a scope after the other, ends within as many rounds.</summary>
    private const int MostRounds = 20;

    public static TheoryData<string> Rules => Cases.Names(@case => @case == FlaggedOf(@case.Id));

    public static TheoryData<string> Fixes => Cases.Names(@case => @case == MendedOf(@case.Id));

    [Fact]
    public void Every_rule_and_every_fix_has_its_test()
    {
        var rules = Catalogue.Rules.Select(rule => rule.Descriptor().Id).Where(id => !NeedsFramework(id)).ToList();
        Assert.Equal(rules, rules.Select(id => FlaggedOf(id)?.Id));
        var mended = Catalogue.Fixes.SelectMany(fix => fix.FixableDiagnosticIds).Where(id => !NeedsNamespaces(id)).ToList();
        Assert.Equal(mended, mended.Select(id => MendedOf(id)?.Id));
    }

    [Theory, MemberData(nameof(Rules))]
    public async Task The_library_finds_what_the_page_draws(string name)
    {
        var @case = Cases.Named(name);
        var test = new RuleTest(@case);
        Add(test.TestState, test.TestState, @case.Files.Single(), "/0/Case.cs");
        await test.RunAsync();
    }

    [Theory, MemberData(nameof(Fixes))]
    public async Task FixAll_mends_document_project_and_solution(string name)
    {
        var @case = Cases.Named(name);
        var (before, after) = (@case.Files.Single(), @case.Fixes[0].Files.Single());
        var isOn = Catalogue.Rule(@case.Id)!.Descriptor().IsEnabledByDefault;
        var test = new FixTest(@case) { CodeActionEquivalenceKey = null, CodeActionIndex = (await FixRun.TitlesAsync(@case)).IndexOf(@case.Fixes[0].Title) };
        Fill(test.TestState, before);
        Fill(test.FixedState, after);
        Fill(test.BatchFixedState, after);
        await test.RunAsync();

        // The same code again in a second document and in a second project: FixAll has something to do in every scope.
        void Fill(SolutionState state, CaseFile file)
        {
            var copy = InNamespace(file);
            Add(state, state, file, "/0/Case.cs");
            Add(state, state, copy, "/0/Copy.cs");
            // The second project has the usual options, under which a rule that is off says nothing.
            if (!isOn)
                return;
            var second = new ProjectState("Second", LanguageNames.CSharp, "/Second/", "cs");
            second.AdditionalReferences.AddRange(Frameworks.References(Frameworks.Default));
            Add(state, second, file, "/Second/Case.cs");
            AddUsings(second, "/Second/");
            state.AdditionalProjects.Add("Second", second);
        }
    }

    private static Case? FlaggedOf(string id) => Cases.Run.FirstOrDefault(@case => @case.Id == id && @case.Claim == Claim.Flagged && IsPlain(@case));

    private static Case? MendedOf(string id) => Cases.Run.FirstOrDefault(@case => @case.Id == id && @case.Fixes is not [] && @case.EditorConfig is null && IsPlain(@case)
        && !Root(@case.Files[0]).DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Any());

    /// <summary>Whether all mended cases stand in for a framework's own namespaces; such a text cannot be copied into another namespace.</summary>
    private static bool NeedsNamespaces(string id) => Cases.Run.Where(@case => @case.Id == id && @case.Fixes is not []).ToList() is { Count: > 0 } mended
        && mended.All(@case => Root(@case.Files[0]).DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Any());

    /// <summary>Whether the rule speaks of programs for an older framework only, which the library has no references for here.</summary>
    private static bool NeedsFramework(string id) => Cases.Run.Where(@case => @case.Id == id && @case.Claim == Claim.Flagged).All(@case => @case.Framework != Frameworks.Default);

    private static bool IsPlain(Case @case) => @case is { Files: [_], Program: false, Language: null, Framework: Frameworks.Default };

    private static CompilationUnitSyntax Root(CaseFile file) => (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(file.Text).GetRoot();

    /// <summary>The file with its types in a namespace of their own, declared on a line after the usings.</summary>
    private static CaseFile InNamespace(CaseFile file)
    {
        var after = Root(file).Usings.LastOrDefault()?.FullSpan.End ?? 0;
        var line = file.Text[..after].Count(character => character == '\n');
        return file with
        {
            Text = file.Text[..after] + "namespace Copy;\n" + file.Text[after..],
            // A message names places, which are others in the copy.
            Squiggles = [.. file.Squiggles.Select(squiggle => squiggle with { Line = squiggle.Line < line ? squiggle.Line : squiggle.Line + 1, Words = null })],
        };
    }

    private static void Add(SolutionState solution, ProjectState state, CaseFile file, string path)
    {
        state.Sources.Add((path, file.Text));
        var lines = file.Text.Split('\n');
        foreach (var squiggle in file.Squiggles.Where(squiggle => squiggle.Id is not null))
        {
            var expected = new DiagnosticResult(squiggle.Id!, SeverityOf(squiggle.Id!)).WithOptions(DiagnosticOptions.IgnoreAdditionalLocations);
            var start = squiggle.Start;
            // Under the first columns, where '//' stands, nothing can be drawn: the finding begins with the word.
            while (start is 1 or 2 && !char.IsWhiteSpace(lines[squiggle.Line][start - 1]))
                start--;
            // A finding over several lines is drawn under its first only; its end is then not known.
            expected = squiggle.End == lines[squiggle.Line].TrimEnd().Length
                ? expected.WithLocation(path, squiggle.Line + 1, start + 1)
                : expected.WithSpan(path, squiggle.Line + 1, start + 1, squiggle.Line + 1, squiggle.End + 1);
            solution.ExpectedDiagnostics.Add(squiggle.Words is null ? expected : expected.WithMessage(squiggle.Words));
        }
    }

    /// <summary>The severity in a case: a rule that is off by default is switched on as a warning on its own page.</summary>
    private static DiagnosticSeverity SeverityOf(string id) => Catalogue.Rule(id)!.Descriptor() is { IsEnabledByDefault: true, DefaultSeverity: var severity } ? severity : DiagnosticSeverity.Warning;

    /// <summary>The rules that are on in a case; the library itself would switch on all.</summary>
    private static IEnumerable<DiagnosticAnalyzer> RulesFor(Case @case) => [new Chosen([.. Catalogue.Rules.Where(rule => rule.Descriptor() is var descriptor && (descriptor.IsEnabledByDefault || descriptor.Id == @case.Id))])];

    private static void AddUsings(ProjectState state, string folder) =>
        state.Sources.Add((folder + "GlobalUsings.g.cs", CaseProject.GlobalUsings(Frameworks.Default)));

    /// <summary>The framework's name alone: our reference assemblies are added by path, so nothing is downloaded.</summary>
    private static readonly ReferenceAssemblies NoDownload = new(Frameworks.Default);

    /// <summary>All rules of the package, with the library's checks.</summary>
    private sealed class RuleTest : CSharpAnalyzerTest<EmptyDiagnosticAnalyzer, DefaultVerifier>
    {
        private readonly Case @case;

        public RuleTest(Case @case)
        {
            this.@case = @case;
            ReferenceAssemblies = NoDownload;
            TestState.AdditionalReferences.AddRange(Frameworks.References(@case.Framework));
            AddUsings(TestState, "/0/");
            if (@case.EditorConfig is { } config)
                TestState.AnalyzerConfigFiles.Add(("/0/.editorconfig", config));
        }

        protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => RulesFor(@case);

        protected override CompilationOptions CreateCompilationOptions() => CaseProject.CompilationOptions(@case);

        protected override ParseOptions CreateParseOptions() => CaseProject.ParseOptions(@case);
    }

    /// <summary>All rules and fixes of the package, with the library's checks.</summary>
    private sealed class FixTest : CSharpCodeFixTest<EmptyDiagnosticAnalyzer, EmptyCodeFixProvider, DefaultVerifier>
    {
        private readonly Case @case;

        public FixTest(Case @case)
        {
            this.@case = @case;
            ReferenceAssemblies = NoDownload;
            // Negative: at most so many; one fix may mend two findings.
            NumberOfIncrementalIterations = -MostRounds;
            NumberOfFixAllIterations = -MostRounds;
            // A rule that is off by default is on in the second project too.
            var own = CaseProject.CompilationOptions(@case).SpecificDiagnosticOptions;
            SolutionTransforms.Add((solution, _) => solution.Projects.Aggregate(solution, (changed, project) => changed.WithProjectCompilationOptions(
                project.Id, project.CompilationOptions!.WithSpecificDiagnosticOptions(project.CompilationOptions.SpecificDiagnosticOptions.SetItems(own)))));
            foreach (var state in new SolutionState[] { TestState, FixedState, BatchFixedState })
            {
                state.InheritanceMode = StateInheritanceMode.Explicit;
                state.AdditionalReferences.AddRange(Frameworks.References(@case.Framework));
                AddUsings(state, "/0/");
            }
        }

        protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => RulesFor(@case);

        protected override IEnumerable<CodeFixProvider> GetCodeFixProviders() => Catalogue.FixesOf(@case.Id);

        protected override CompilationOptions CreateCompilationOptions() => CaseProject.CompilationOptions(@case);

        protected override ParseOptions CreateParseOptions() => CaseProject.ParseOptions(@case);
    }
}
