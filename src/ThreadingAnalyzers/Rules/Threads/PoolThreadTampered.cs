using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A priority, an apartment or the background state that work sets on the thread of the pool that it happens to run on. Source:
/// "The managed thread pool", learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class PoolThreadTampered() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1018", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "Work on the thread pool should leave its thread as it found it",
        message: "'{0}' is set on a thread of the pool and stays so for whatever runs there next: restore it in a finally block, or use a thread of your own",
        why: "A thread of the pool goes on to other work, and .NET Framework does not put it right in between. A raised priority or a foreground thread there is a riddle for code that never asked for it.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (!Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            return;
        context.RegisterOperationAction(action =>
        {
            var property = (IPropertyReferenceOperation)action.Operation;
            if (property.IsWritten())
                Judge(action, property, property.Property, property.Instance, types);
        }, OperationKind.PropertyReference);
        context.RegisterOperationAction(action =>
        {
            var call = (IInvocationOperation)action.Operation;
            Judge(action, call, call.TargetMethod, call.Instance, types);
        }, OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, IOperation change, ISymbol member, IOperation? thread, KnownTypes types)
    {
        if (!ThreadMembers.Lasts(member, action.Compilation, types) || thread?.Source() is not IPropertyReferenceOperation { Property: var current } || !ThreadMembers.IsCurrent(current, types))
            return;
        var function = change.Function();
        if (!IsRestored(function, member) && IsPoolWork(function, action, types))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, change.Syntax.GetLocation(), member.Name));
    }

    private static bool IsRestored(IOperation function, ISymbol member) => function.OwnOperations().OfType<ITryOperation>()
        .Any(@try => @try.Finally is { } last && last.DescendantsAndSelf().OfType<IPropertyReferenceOperation>().Any(property => SymbolEqualityComparer.Default.Equals(property.Property, member) && property.IsWritten()));

    /// <summary>Whether code of the file gives the function to the pool, by itself or in a lambda that calls it.</summary>
    private static bool IsPoolWork(IOperation function, OperationAnalysisContext action, KnownTypes types)
    {
        if (function.SemanticModel is not { } model)
            return false;
        return model.SyntaxTree.GetRoot(action.CancellationToken).DescendantNodes().Where(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or AssignmentExpressionSyntax)
            .Select(node => model.GetOperation(node, action.CancellationToken)).OfType<IOperation>()
            .Any(site => Spawn.Of(site, types) is { Kind: SpawnKind.Task or SpawnKind.Pool or SpawnKind.Timer or SpawnKind.Worker or SpawnKind.Continuation } spawn && !site.DescendantsAndSelf().OfType<IArgumentOperation>().Any(argument => Waiting.IsLongRunning(argument.Value))
                && Work.Of(spawn.Value)?.Body is { } work && Runs(work, function));
    }

    private static bool Runs(IOperation work, IOperation function) => work.Syntax.Span == function.Syntax.Span
        || work.OwnOperations().OfType<IInvocationOperation>().Any(call => call.SemanticModel is { } model && call.TargetMethod.Locations.Any(location => location.SourceTree == model.SyntaxTree && function.Syntax.Span.Contains(location.SourceSpan)));
}
