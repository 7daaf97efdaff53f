using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Configuration;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A pool that a method makes and that only its locals hold, and that it leaves running on some path.
/// Source: "Managed thread pool" and "Implement a Dispose method", learn.microsoft.com/dotnet/standard.
/// </summary>
public sealed class PoolNotShutDown() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2001", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "Who makes a pool of threads should shut it down",
        message: "'{0}' {1}: its threads wait for work for ever, {2}; shut it down on every path, with 'using' or in a 'finally'",
        why: "The threads of a pool wait for work until somebody tells them that there will be none. A pool that is dropped is not collected: its threads hold it, each call leaves more of them behind, and foreground threads keep the process alive.");

    /// <summary>The property of a finding that names the best member to end the pool by, where nothing ends it and one local has it.</summary>
    internal const string EndProperty = "end";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var pools = PoolTypes.Of(context.Compilation, () => Declarations.Of(context.Compilation, context.Options.AnalyzerConfigOptionsProvider));
        context.RegisterOperationAction(action => Judge(action, pools), OperationKind.ObjectCreation, OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, PoolTypes pools)
    {
        var made = action.Operation;
        if (pools.MadeBy(made, action.Compilation, action.CancellationToken) is not { } pool)
            return;
        var custody = Custody.Of(made, Obligation.Of(pool, made.Type!), action.Compilation, action.CancellationToken);
        if (!pool.Runs(custody.Calls) || IsMeantToLast(custody, pool, action)
            || Neglect.Of(made, custody, Aftermath.GraphOf(made, action.GetControlFlowGraph, action.CancellationToken)) is not { } neglect)
            return;
        var name = custody.Holders.FirstOrDefault(holder => holder is ILocalSymbol)?.Name ?? pool.Type.Name;
        var properties = ImmutableDictionary<string, string?>.Empty;
        if (custody.Ends.Count == 0 && custody.Holders.OfType<ILocalSymbol>().Take(2).Count() == 1)
            properties = properties.Add(EndProperty, pool.Ends[0].Name);
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, Neglect.PlaceOf(made), properties, name, Loss(neglect),
            pool.IsForeground ? "and keep the process alive" : "though nobody can give them any"));
    }

    private static string Loss(Neglect neglect) => neglect switch
    {
        { Exit: { } exit } => $"is not shut down where the return in line {exit.Syntax.Line()} leaves",
        { Condition: { } condition } => $"is shut down only if '{condition.Syntax}'",
        _ => "is never shut down",
    };

    /// <summary>Whether the program may mean the pool to live as long as itself: it is started and left alone, or given no work by the entry point that ends with the process.</summary>
    private static bool IsMeantToLast(Custody custody, Pool pool, OperationAnalysisContext action)
    {
        if (custody.Calls.Any(call => PoolMembers.Submits(call.TargetMethod) || call.Arguments.Any(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate)))
            return false;
        return custody.Holders.Count == 0 || !pool.IsForeground && SymbolEqualityComparer.Default.Equals(action.ContainingSymbol, action.Compilation.GetEntryPoint(action.CancellationToken));
    }
}
