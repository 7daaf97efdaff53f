using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Verdicts;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A lazy initialisation that tests before it locks and not again inside, or that sets what is tested before all is in place, be it
/// by an atomic call that lets one thread through and sends the others on. The classic form, one reference tested twice, is right in .NET. Source: dotnet/runtime, Memory-model.md.
/// </summary>
public sealed class BrokenDoubleCheck() : ProgramRule(Descriptor, Defect.PublishedInDoubleCheck)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7007", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "An initialisation that tests before it locks should test again inside, and set last what it tests",
        message: "'{0}' {1}",
        why: "Two threads can both find the field empty before one of them has the lock. The second one must test again inside, or it initialises once more: those who asked before keep another object than those who ask after. Who finds the field full goes on without the lock, so it is to be set last, when all is in place.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        base.Watch(context, types);
        context.RegisterOperationAction(action => Judge(action, types), OperationKind.Conditional);
        if (Mention.Of(KnownType.Interlocked, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action =>
            {
                if (OnceGate.Of((IInvocationOperation)action.Operation, types, action.Compilation, action.CancellationToken) is { } gate)
                    action.ReportDiagnostic(Diagnostic.Create(Descriptor, action.Operation.Syntax.GetLocation(), [gate.Fill.Syntax.GetLocation(), gate.Use.Syntax.GetLocation()], gate.Variable.Syntax,
                        $"is set by the first thread before it fills '{gate.Fill.Target.Syntax}' at line {gate.Fill.Syntax.Line()}, and the others, who are sent on at once, use that at line {gate.Use.Syntax.Line()}: let them wait, by a lock or a Lazy<T>"));
            }, OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var test = (IConditionalOperation)action.Operation;
        if (test.WhenFalse is not null || Tested(test.Condition, out var isEmpty) is not { } member || Region(test, isEmpty, types) is not { } region
            || test.Root() is IConstructorBodyOperation || IsTakenBefore(test, types) || new HeldMonitors(types, action.Compilation, action.CancellationToken).Certain(test).Count > 0)
            return;
        if (Statements(region).Select(statement => Assigned(statement, member)).FirstOrDefault(write => write is not null) is { } blind && !IsAskedBefore(region, blind, member))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, test.Condition.Syntax.GetLocation(), [blind.Syntax.GetLocation()], member.Syntax,
                $"is tested before the lock and not again inside, so two threads that come at once both set it, at line {blind.Syntax.Line()}: test it again inside the lock"));
    }

    /// <summary>Whether the function has taken some lock by a call before it tests: an upgradeable one lets no second thread come this far.</summary>
    private static bool IsTakenBefore(IConditionalOperation test, KnownTypes types) => test.Function().OwnOperations().OfType<IInvocationOperation>()
        .Any(call => call.Syntax.SpanStart < test.Syntax.SpanStart && Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind is EffectKind.Acquire or EffectKind.TryAcquire);

    /// <summary>The field or property that is asked if it is still null, or a flag that is asked if it is set; and whether the condition holds where it is not.</summary>
    private static IOperation? Tested(IOperation condition, out bool isEmpty)
    {
        (var asked, isEmpty) = condition.Unconverted() switch
        {
            var test when NullTest.In(test) is var (operand, isNull) => (operand, isNull),
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => (not.Operand, true),
            IFieldReferenceOperation { Type.SpecialType: SpecialType.System_Boolean } flag => (flag, false),
            _ => ((IOperation?)null, true),
        };
        return asked?.Unconverted() is IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Arguments.IsEmpty: true } ? asked.Unconverted() : null;
    }

    /// <summary>What runs under the lock where the test found nothing: inside of it, or behind one that leaves otherwise.</summary>
    private static IReadOnlyList<IOperation>? Region(IConditionalOperation test, bool isEmpty, KnownTypes types)
    {
        if (isEmpty)
            return Locked(test.WhenTrue is IBlockOperation block ? block.Operations : ImmutableArray.Create(test.WhenTrue), types);
        if (test.Parent is not IBlockOperation outer || !Leaves(test.WhenTrue))
            return null;
        return Locked(outer.Operations.SkipWhile(operation => operation != test).Skip(1).ToImmutableArray(), types);
    }

    private static bool Leaves(IOperation arm) => (arm is IBlockOperation block ? block.Operations.LastOrDefault() : arm) is IReturnOperation;

    /// <summary>The statements that a lock statement, an acquisition before a try, or a using of a lock's scope holds.</summary>
    private static IReadOnlyList<IOperation>? Locked(ImmutableArray<IOperation> statements, KnownTypes types)
    {
        for (var i = 0; i < statements.Length; i++)
        {
            switch (statements[i])
            {
                case ILockOperation @lock: return IsOwn(@lock.LockedValue) ? Inner(@lock.Body) : null;
                case IUsingOperation @using when IsScope(@using.Resources, types): return Inner(@using.Body);
                case IUsingDeclarationOperation declaration when IsScope(declaration.DeclarationGroup, types): return statements.Skip(i + 1).ToList();
                case IExpressionStatementOperation when i + 1 < statements.Length && statements[i + 1] is ITryOperation { Finally: not null } @try && Acquires(statements[i], types): return Inner(@try.Body);
            }
        }
        return null;
    }

    private static IReadOnlyList<IOperation> Inner(IOperation body) => body is IBlockOperation block ? block.Operations : new[] { body };

    private static bool Acquires(IOperation statement, KnownTypes types) => statement.Descendants().OfType<IInvocationOperation>()
        .Any(call => Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind == EffectKind.Acquire && (call.Instance ?? MonitorLocks.UsedValue(call, types)) is { } @lock && IsOwn(@lock));

    /// <summary>Whether the lock is a member of the object or its type; one of another object is for that object's sake.</summary>
    private static bool IsOwn(IOperation @lock) => @lock.Unconverted() is IInstanceReferenceOperation or ITypeOfOperation or IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation };

    private static bool IsScope(IOperation resources, KnownTypes types) => resources.DescendantsAndSelf().OfType<IInvocationOperation>()
        .Any(call => Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind == EffectKind.Acquire && call.Instance is { } own && IsOwn(own) || Waiting.IsNamedLikeLock(call.TargetMethod) && (call.Instance is null || IsOwn(call.Instance)));

    /// <summary>The statements that are run whatever is found inside, in their order.</summary>
    private static IEnumerable<IOperation> Statements(IEnumerable<IOperation> region) => region.SelectMany(statement => statement switch
    {
        IBlockOperation block => Statements(block.Operations),
        ITryOperation @try => Statements(@try.Body.Operations),
        _ => Enumerable.Repeat(statement, 1),
    });

    /// <summary>The write by which the statement fills what was found empty.</summary>
    private static ISimpleAssignmentOperation? Assigned(IOperation statement, IOperation member) =>
        statement is IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment } && assignment.Target.IsSameAs(member)
        && !NullTest.IsNull(assignment.Value) && assignment.Value.ConstantValue is not { HasValue: true, Value: false } ? assignment : null;

    /// <summary>Whether something before the write asks for the member, or may leave.</summary>
    private static bool IsAskedBefore(IReadOnlyList<IOperation> region, IOperation write, IOperation member) => region
        .SelectMany(statement => statement.DescendantsAndSelf())
        .Any(operation => operation.Syntax.SpanStart < write.Syntax.Span.End && (operation is IReturnOperation or IThrowOperation or IBranchOperation && operation.Syntax.SpanStart < write.Syntax.SpanStart
            || operation is IMemberReferenceOperation && operation.IsSameAs(member) && !operation.IsWritten()));
}
