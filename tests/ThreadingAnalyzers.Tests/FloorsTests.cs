using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Workbench;

namespace ThreadingAnalyzers.Tests;

/// <summary>
/// The floors of <c>docs/architecture.md</c>: what each knows and, above all, what it does not. Read from the meaning of
/// every name in the sources, so that neither an alias nor <c>var</c> hides a floor.
/// </summary>
public sealed class FloorsTests
{
    private const string Api = "Api", Flow = "Flow", Concurrency = "Concurrency", Rules = "Rules", CodeFixes = "CodeFixes";

    /// <summary>Not a floor of ours, but what only one of them knows.</summary>
    private const string Workspaces = "Workspaces", Reporting = "Reporting";

    /// <summary>Each floor and what it may use besides itself.</summary>
    private static readonly ImmutableDictionary<string, ImmutableArray<string>> MayUse = new Dictionary<string, ImmutableArray<string>>
    {
        [Api] = [],
        [Flow] = [Api],
        [Concurrency] = [Api, Flow],
        [Rules] = [Api, Flow, Concurrency, Reporting],
        [CodeFixes] = [Api, Flow, Rules, Reporting, Workspaces],
    }.ToImmutableDictionary();

    /// <summary>The tables with weak keys, which are the only memory that outlives a call.</summary>
    private static readonly ImmutableHashSet<string> WeakTables = ["Compositions.Kept", "KnownTypes.Compilations", "MemberUses.Programs", "Models.Programs", "PoolTypes.Programs", "ProgramModel.Models", "TreeFacts.Trees", "TypeVerdicts.Kept", "Words.Trees"];

    private static readonly ImmutableHashSet<Type> ImmutableTypes =
        [typeof(string), typeof(DiagnosticDescriptor), typeof(SyntaxAnnotation), typeof(SymbolDisplayFormat), typeof(System.Text.RegularExpressions.Regex)];

    private static readonly ImmutableHashSet<string> ReadOnlyTypes =
        [typeof(IReadOnlyDictionary<,>).FullName!, typeof(IReadOnlyList<>).FullName!, typeof(IReadOnlyCollection<>).FullName!, typeof(IEnumerable<>).FullName!];

    private static readonly ImmutableArray<Use> Uses = [.. new[] { OwnSource.Rules, OwnSource.Fixes }.SelectMany(project => UsesOf(OwnSource.Compile(project)))];

    [Fact]
    public void Each_floor_knows_only_what_it_may()
    {
        var broken = Uses
            .Where(use => use.To is { } to && to != use.From && !MayUse[use.From].Contains(to))
            .Select(use => $"{use.From} must not know {use.To}: '{use.Symbol.Name}' at {use.Place}");
        Assert.True(!broken.Any(), string.Join("\n", broken));
    }

    [Fact]
    public void Rules_do_not_know_other_rules()
    {
        var broken = Uses
            .Where(use => use.From is Rules && use.Type is { IsAbstract: false } type && IsRule(type) && !use.IsIn(type))
            .Select(use => $"a rule must not know another rule: '{use.Type!.Name}' at {use.Place}");
        Assert.True(!broken.Any(), string.Join("\n", broken));
    }

    [Fact]
    public void Only_Api_compares_symbols_with_strings()
    {
        var broken = Uses
            .Where(use => use.From is not Api && use.Symbol is IPropertySymbol { Name: "Name" or "MetadataName" } property && IsSymbol(property.ContainingType) && IsComparedWithText(use.Node))
            .Select(use => $"{use.From} compares a symbol with a string, which is a fact for Api, at {use.Place}");
        Assert.True(!broken.Any(), string.Join("\n", broken));
    }

    [Fact]
    public void Two_places_pull_the_models_of_other_trees() =>
        Assert.Equal(["Models.cs", "ProgramModel.cs"], Uses
            .Where(use => use.From is not CodeFixes && use.Symbol is { Name: "GetSemanticModel", ContainingType.Name: "Compilation" or "CSharpCompilation" })
            .Select(use => Path.GetFileName(use.Node.SyntaxTree.FilePath)).Order());

    [Fact]
    public void Nothing_waits_for_the_end_of_the_compilation_or_reports_nowhere()
    {
        var broken = Uses
            .Where(use => use.Symbol is { Name: "RegisterCompilationEndAction" or "RegisterCompilationAction" } or IPropertySymbol { Name: "None", ContainingType.Name: "Location" })
            .Select(use => $"'{use.Symbol.Name}' at {use.Place}");
        Assert.True(!broken.Any(), string.Join("\n", broken));
    }

    [Fact]
    public void No_static_state_changes()
    {
        var broken = Types()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsLiteral && !IsDelegateCache(field) && !(field.IsInitOnly && (IsImmutable(field.FieldType) || WeakTables.Contains($"{field.DeclaringType!.Name}.{field.Name}"))))
            .Select(field => $"{field.DeclaringType!.FullName}.{field.Name} is a {(field.IsInitOnly ? "" : "writable ")}static {field.FieldType.Name}");
        Assert.True(!broken.Any(), string.Join("\n", broken));
    }

    [Fact]
    public void No_fix_is_shared() =>
        Assert.DoesNotContain(Types(), type => type.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "SharedAttribute"));

    /// <summary>A name in a source: who says it, and whom it means.</summary>
    /// <param name="From">The floor that the file lies on.</param>
    /// <param name="To">The floor of the symbol, or null for what everybody may know.</param>
    /// <param name="Type">The type that the symbol is or belongs to.</param>
    private sealed record Use(string From, string? To, ISymbol Symbol, INamedTypeSymbol? Type, SyntaxNode Node)
    {
        public string Place => $"{Node.SyntaxTree.FilePath}:{Node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

        public bool IsIn(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree == Node.SyntaxTree);
    }

    private static IEnumerable<Use> UsesOf(CSharpCompilation compilation)
    {
        if (Cases.HostIsNewest)
            Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        foreach (var tree in compilation.SyntaxTrees.Where(tree => tree.FilePath.Contains('/')))
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var node in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(name => name.Parent is not (UsingDirectiveSyntax or QualifiedNameSyntax)))
                if (model.GetSymbolInfo(node).Symbol is { } symbol and not INamespaceSymbol)
                    yield return new Use(FloorOf(tree.FilePath), FloorOf(symbol), symbol, symbol as INamedTypeSymbol ?? symbol.ContainingType, node);
        }
    }

    /// <summary>A file's floor is its folder; what lies at the top of the rules' project belongs to the rules.</summary>
    private static string FloorOf(string path) => path.Split('/') switch
    {
        ["src", "ThreadingAnalyzers.CodeFixes", ..] => CodeFixes,
        [.., var file] when file.EndsWith(".Fix.cs", StringComparison.Ordinal) => CodeFixes,
        ["src", "ThreadingAnalyzers", var folder, _, ..] when MayUse.ContainsKey(folder) => folder,
        _ => Rules,
    };

    private static string? FloorOf(ISymbol symbol)
    {
        if (symbol is ILocalSymbol or IParameterSymbol or IRangeVariableSymbol or ITypeParameterSymbol)
            return null;
        var scope = symbol.ContainingNamespace?.ToDisplayString() ?? "";
        return scope.Split('.') switch
        {
            ["ThreadingAnalyzers", CodeFixes, ..] => CodeFixes,
            ["ThreadingAnalyzers", var floor, ..] when MayUse.ContainsKey(floor) => symbol.ContainingType?.Name.EndsWith("Fix", StringComparison.Ordinal) == true ? CodeFixes : floor,
            ["ThreadingAnalyzers", ..] => (symbol as INamedTypeSymbol ?? symbol.ContainingType)?.Name is "Polyfill" ? null : Rules,
            _ when symbol.ContainingAssembly?.Name is "Microsoft.CodeAnalysis.Workspaces" or "Microsoft.CodeAnalysis.CSharp.Workspaces" => Workspaces,
            _ when symbol is { Name: "Diagnostic" or "DiagnosticDescriptor" or "DiagnosticSeverity" } or { ContainingType.Name: "Diagnostic" } or IMethodSymbol { Name: "ReportDiagnostic" }
                && scope.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) => Reporting,
            _ => null,
        };
    }

    private static bool IsRule(INamedTypeSymbol type) => type.BaseType is { } up && (up.Name is nameof(Rule) or "ProgramRule" || IsRule(up));

    private static bool IsSymbol(INamedTypeSymbol type) => type.Name is nameof(ISymbol) || type.AllInterfaces.Any(IsSymbol);

    /// <summary>Whether a property's value meets a literal: <c>x.Name == "Enter"</c> or <c>{ Name: "Enter" }</c>.</summary>
    private static bool IsComparedWithText(SyntaxNode name)
    {
        var whole = name.AncestorsAndSelf().TakeWhile(node => node is NameSyntax or MemberAccessExpressionSyntax or MemberBindingExpressionSyntax or ConditionalAccessExpressionSyntax or NameColonSyntax or ExpressionColonSyntax).Last();
        return whole.Parent is SubpatternSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression } or IsPatternExpressionSyntax or SwitchExpressionSyntax
            && whole.Parent.ChildNodes().Any(other => other != whole && other.DescendantNodesAndSelf(node => node is PatternSyntax or LiteralExpressionSyntax or SwitchExpressionArmSyntax)
                .Any(node => node.IsKind(SyntaxKind.StringLiteralExpression)));
    }

    private static IEnumerable<Type> Types() => typeof(Rule).Assembly.GetTypes().Concat(typeof(Fix).Assembly.GetTypes())
        .Where(type => !type.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal) && type.DeclaringType?.Name.StartsWith("<PrivateImplementationDetails>", StringComparison.Ordinal) != true);

    /// <summary>What the compiler keeps so that a lambda without captures is made once.</summary>
    private static bool IsDelegateCache(FieldInfo field) =>
        field.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute)) && (typeof(Delegate).IsAssignableFrom(field.FieldType) || field.FieldType == field.DeclaringType);

    private static bool IsImmutable(Type type) => IsImmutable(type, []);

    private static bool IsImmutable(Type type, HashSet<Type> supposed) =>
        // A type that holds its own kind is immutable when the rest of it is.
        !supposed.Add(type) || type.IsPrimitive || type.IsEnum || ImmutableTypes.Contains(type)
        || (type.IsGenericType && (type.Namespace == typeof(ImmutableArray).Namespace || ReadOnlyTypes.Contains(type.GetGenericTypeDefinition().FullName!)) && type.GetGenericArguments().All(argument => IsImmutable(argument, supposed) || typeof(ISymbol) == argument))
        // A type of ours is immutable when all that it holds is; another type could be derived from one that is not sealed.
        || (type.Assembly == typeof(Rule).Assembly && type.IsSealed && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).All(field => field.IsInitOnly && IsImmutable(field.FieldType, supposed)));
}
