using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// A wait that keeps a lock which everybody who could end the wait needs first: the nested monitor problem. Source: the .NET
/// reference, Monitor.Wait, remarks; Lea, Concurrent Programming in Java, 3.3.4.
/// </summary>
public sealed class WaitUnderOuterLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6005", since: "1.0", Category.Signals, DiagnosticSeverity.Warning,
        title: "A wait should not keep the lock that the signaller needs",
        message: "This wait for {0} keeps '{1}' locked, and the code at line {2} that would end it needs that lock first, so neither goes on: wait outside of 'lock ({1})'",
        why: "Monitor.Wait gives back the lock of the object that it waits for and no other one; an event gives back none. If the signaller must take a lock that the waiter keeps, both wait for ever.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var waiters = new ConcurrentDictionary<INamedTypeSymbol, bool>(SymbolEqualityComparer.Default);
        context.RegisterOperationAction(action =>
        {
            if (SignalLife.WaitedFor(action.Operation, types) is { } named)
                Judge(action, named, types);
            else if (action.Operation is IInvocationOperation { Instance: not null and not IInstanceReferenceOperation, TargetMethod: { DeclaringSyntaxReferences.IsEmpty: false, ContainingType.OriginalDefinition: var type } } owned
                && waiters.GetOrAdd(type, waiter => InnerWait.MayBeIn(waiter, types, action.CancellationToken)))
                JudgeOwned(action, owned, types);
        }, OperationKind.Invocation, OperationKind.PropertyReference);
    }

    private static void Judge(OperationAnalysisContext action, IOperation named, KnownTypes types)
    {
        var held = new HeldMonitors(types, action.Compilation, action.CancellationToken);
        var outer = held.Certain(action.Operation).Where(@lock => IsOne(@lock) && !@lock.IsSameAs(named)).ToList();
        if (outer.Count == 0 || SignalLife.Of(named, types, action.Compilation, action.CancellationToken) is not { Leaves: false, IsOwn: true } life)
            return;
        var isCondition = action.Operation is IInvocationOperation call && SignalMembers.IsOfCondition(call.TargetMethod, types);
        if (!isCondition && (life.IsOpaque || !life.Values.All(value => SignalMembers.BeginsUnset(value, types))))
            return;
        var settings = life.Settings.ToList();
        if (settings.Count > 0 && outer.FirstOrDefault(@lock => settings.All(setting => held.Certain(setting).Any(@lock.IsSameAs))) is { } kept)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, action.Operation.Syntax.GetLocation(), settings.Select(setting => setting.Syntax.GetLocation()),
                $"'{named.Syntax}'", kept.Syntax, settings[0].Syntax.Line()));
    }

    /// <summary>A call that waits inside of an object that the type has for itself, where all calls that would end the wait are made under the same lock.</summary>
    private static void JudgeOwned(OperationAnalysisContext action, IInvocationOperation call, KnownTypes types)
    {
        if (InnerWait.Of(call, types, action.Compilation, action.CancellationToken) is not { } inner)
            return;
        var held = new HeldMonitors(types, action.Compilation, action.CancellationToken);
        var enders = inner.Enders.Where(ender => ender.Syntax != call.Syntax).ToList();
        if (enders.Count > 0 && held.Certain(call).FirstOrDefault(@lock => IsOne(@lock) && inner.Enders.All(ender => held.Certain(ender).Any(@lock.IsSameAs))) is { } kept)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), enders.Prepend(inner.Wait).Select(place => place.Syntax.GetLocation()),
                $"'{inner.Signal.Syntax}' in '{call.TargetMethod.Name}'", kept.Syntax, enders[0].Syntax.Line()));
    }

    /// <summary>Whether the same words mean the same lock in all members of the object.</summary>
    private static bool IsOne(IOperation @lock) => @lock is IInstanceReferenceOperation or ITypeOfOperation or ILocalReferenceOperation or IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation };
}
