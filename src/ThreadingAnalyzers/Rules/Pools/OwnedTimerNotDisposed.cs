using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A timer that an object makes, keeps in a field and sets going, and that no code stops or disposes.
/// Source: the .NET reference, System.Threading.Timer ("When a timer is no longer needed, use the Dispose method").
/// </summary>
public sealed class OwnedTimerNotDisposed() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2011", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "Who owns a timer should dispose it",
        message: "'{0}' sets the timer in '{1}' going and no code stops or disposes it: it goes on firing when nobody uses the '{0}' any more, and keeps it in memory; dispose it where the '{0}' is stopped or disposed",
        why: "A running timer is held by the runtime, and it holds its callback with the object behind it. An object that never disposes its timer is never collected, and its callback goes on working on an object that everybody else has forgotten.");

    /// <summary>The property of a finding that names the field.</summary>
    internal const string FieldProperty = "field";

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation, OperationKind.Invocation);

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var made = action.Operation;
        if (!Timers.IsMadeBy(made, types) && !(made is IObjectCreationOperation && types[made.Type] == KnownType.TimersTimer))
            return;
        var custody = Custody.Of(made, Obligation.OfTimer(made.Type!), action.Compilation, action.CancellationToken);
        if (custody.Leaves || custody.Ends.Count > 0 || custody.Field is not { IsStatic: false, ContainingType: { } owner } field || !TimerLife.GoesOn(made, custody, types)
            || ProcessLife.IsOf(owner, action.Compilation, action.CancellationToken))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, Neglect.PlaceOf(made), ImmutableDictionary<string, string?>.Empty.Add(FieldProperty, field.Name), owner.Name, field.Name));
    }
}
