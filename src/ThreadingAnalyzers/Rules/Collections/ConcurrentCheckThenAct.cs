using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Collections;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// Two calls of a concurrent collection of which the second relies on what the first has found. Source: the .NET reference,
/// ConcurrentDictionary, "compound operations are not atomic"; Lin, Dig, "CHECK-THEN-ACT Misuse of Java Concurrent Collections", 2013.
/// </summary>
public sealed class ConcurrentCheckThenAct() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR8001", since: "1.0", Category.Collections, DiagnosticSeverity.Warning,
        title: "A test of a concurrent collection and the act that relies on it should be one call",
        message: "'{0}' is {1}: {2}; {3}",
        why: "Each call of a concurrent collection is atomic, two calls are not. Between the test and the act another thread may add, change or remove what was tested, and then a value is lost, two threads both think that they were first, or the act throws.");

    private const string CopyProperty = "copy";

    /// <summary>Whether the finding is of a query that counts and copies.</summary>
    internal static bool IsCopy(Diagnostic diagnostic) => diagnostic.Properties.ContainsKey(CopyProperty);

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (CollectionCall.Of(action.Operation, types) is not { IsShared: true, IsOwnKey: false } call
            || CheckThenAct.Of(call, types, action.CancellationToken) is not { } found
            || call.HasOneWriter(types, action.CancellationToken) || Exclusion.IsAlone(call.Operation, types, action.Compilation, action.CancellationToken))
            return;
        var isOne = found.Act == found.Check;
        var isCopy = call.Use == CollectionUse.CountsAndCopies;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, (isOne && !isCopy ? found.Act.Parent! : found.Check).Syntax.GetLocation(), isOne ? [] : [found.Act.Syntax.GetLocation()], isCopy ? ImmutableDictionary<string, string?>.Empty.Add(CopyProperty, null) : null,
            call.Collection.Syntax,
            isCopy ? $"counted and copied by '{((IInvocationOperation)found.Act).TargetMethod.Name}' in two steps"
            : isOne ? "read and written here in two steps" : $"tested here and {found.Deed} at line {found.Act.Syntax.Line()} in two steps",
            found.Harm, found.Advice));
    }, OperationKind.Invocation, OperationKind.PropertyReference);
}
