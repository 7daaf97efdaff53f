using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ThreadingAnalyzers;

/// <summary>What the rules of a set want to look at in one compilation: gathered first, then asked of the compiler once for all of them.</summary>
#pragma warning disable RS1012 // It registers them when all are known.
internal sealed class Watched(CompilationStartAnalysisContext start) : CompilationStartAnalysisContext(start.Compilation, start.Options, start.CancellationToken)
{
    private readonly Dictionary<OperationKind, List<Action<OperationAnalysisContext>>> operations = [];
    private readonly Dictionary<SymbolKind, List<Action<SymbolAnalysisContext>>> symbols = [];
    private readonly List<Action<OperationBlockAnalysisContext>> bodies = [];
    private readonly List<Action<SemanticModelAnalysisContext>> documents = [];

    /// <summary>Asks the compiler for all that was gathered.</summary>
    public void Begin()
    {
        foreach (var kind in operations)
            start.RegisterOperationAction(Each(kind.Value), ImmutableArray.Create(kind.Key));
        foreach (var kind in symbols)
            start.RegisterSymbolAction(Each(kind.Value), ImmutableArray.Create(kind.Key));
        if (bodies.Count > 0)
            start.RegisterOperationBlockAction(Each(bodies));
        if (documents.Count > 0)
            start.RegisterSemanticModelAction(Each(documents));
    }

    /// <inheritdoc/>
    public override void RegisterOperationAction(Action<OperationAnalysisContext> action, ImmutableArray<OperationKind> operationKinds) => Add(operations, action, operationKinds);

    /// <inheritdoc/>
    public override void RegisterSymbolAction(Action<SymbolAnalysisContext> action, ImmutableArray<SymbolKind> symbolKinds) => Add(symbols, action, symbolKinds);

    /// <summary>For what is said at another place of a member than the operation that tells it: an editor does not show what an operation's action says elsewhere.</summary>
    public override void RegisterOperationBlockAction(Action<OperationBlockAnalysisContext> action) => bodies.Add(action);

    /// <inheritdoc/>
    public override void RegisterSemanticModelAction(Action<SemanticModelAnalysisContext> action) => documents.Add(action);

    /// <inheritdoc/>
    public override void RegisterSyntaxTreeAction(Action<SyntaxTreeAnalysisContext> action) => start.RegisterSyntaxTreeAction(action);

    /// <inheritdoc/>
    public override void RegisterAdditionalFileAction(Action<AdditionalFileAnalysisContext> action) => start.RegisterAdditionalFileAction(action);

    // Editors never ask for the end of a compilation, and no rule needs the rest: operations say all that code blocks and syntax do.

    /// <inheritdoc/>
    public override void RegisterCompilationEndAction(Action<CompilationAnalysisContext> action) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void RegisterCodeBlockAction(Action<CodeBlockAnalysisContext> action) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void RegisterCodeBlockStartAction<TLanguageKindEnum>(Action<CodeBlockStartAnalysisContext<TLanguageKindEnum>> action) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void RegisterSyntaxNodeAction<TLanguageKindEnum>(Action<SyntaxNodeAnalysisContext> action, ImmutableArray<TLanguageKindEnum> syntaxKinds) => throw new NotSupportedException();

    private static void Add<TKind, TContext>(Dictionary<TKind, List<Action<TContext>>> watched, Action<TContext> action, ImmutableArray<TKind> kinds)
    {
        foreach (var kind in kinds)
        {
            if (!watched.TryGetValue(kind, out var actions))
                watched[kind] = actions = [];
            actions.Add(action);
        }
    }

    private static Action<TContext> Each<TContext>(List<Action<TContext>> actions) => context =>
    {
        foreach (var action in actions)
            action(context);
    };
}
