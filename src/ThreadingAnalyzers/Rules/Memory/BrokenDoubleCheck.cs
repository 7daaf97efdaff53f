using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A lazy initialisation that tests before it locks and not again inside, or that says it is done before it is. The classic
/// form, one reference tested twice, is right in .NET. Source: dotnet/runtime, Memory-model.md, "Examples and common patterns".
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BrokenDoubleCheck() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7007", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "A double-checked initialisation should test twice and publish last",
        message: "'{0}' {1}",
        why: "Two threads can both find the field empty before one of them has the lock. The second one must test again inside, or it initialises once more. And who looks without the lock takes what says that all is done at its word.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var test = (IConditionalOperation)action.Operation;
        if (test.WhenFalse is not null || Tested(test.Condition, out var isEmpty) is not { } member || Region(test, isEmpty, types) is not { } region
            || test.Root() is IConstructorBodyOperation || new HeldMonitors(types, action.Compilation, action.CancellationToken).Certain(test).Count > 0)
            return;
        if (Statements(region).Select(statement => Assigned(statement, member)).FirstOrDefault(write => write is not null) is { } blind)
        {
            if (!IsAskedBefore(region, blind, member))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, test.Condition.Syntax.GetLocation(), [blind.Syntax.GetLocation()], member.Syntax,
                    $"is tested before the lock and not again inside, so two threads that come at once both set it, at line {blind.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: test it again inside the lock"));
        }
        else if (TooEarly(test, region, member) is var (set, data))
        {
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, set.Syntax.GetLocation(), [data.Syntax.GetLocation()], member.Syntax,
                $"is set before '{data.Syntax}' is, and who finds it set does not take the lock, so it uses '{data.Syntax}' too early: set it last"));
        }
    }, OperationKind.Conditional);

    /// <summary>The field or property that is asked if it is still null, or a flag that is asked if it is set; and whether the condition holds where it is not.</summary>
    private static IOperation? Tested(IOperation condition, out bool isEmpty)
    {
        isEmpty = true;
        var asked = condition.Unconverted() switch
        {
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } binary => IsNull(binary.RightOperand) ? binary.LeftOperand : IsNull(binary.LeftOperand) ? binary.RightOperand : null,
            IIsPatternOperation { Pattern: IConstantPatternOperation constant } pattern when IsNull(constant.Value) => pattern.Value,
            IIsPatternOperation { Pattern: INegatedPatternOperation { Pattern: IConstantPatternOperation constant } } pattern when IsNull(constant.Value) => pattern.Value,
            IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => not.Operand,
            IFieldReferenceOperation { Type.SpecialType: SpecialType.System_Boolean } flag => flag,
            _ => null,
        };
        isEmpty = condition.Unconverted() is not (IFieldReferenceOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals } or IIsPatternOperation { Pattern: INegatedPatternOperation });
        return asked?.Unconverted() is IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Arguments.IsEmpty: true } ? asked.Unconverted() : null;
    }

    private static bool IsNull(IOperation value) => value.Unconverted() is { ConstantValue: { HasValue: true, Value: null } };

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
                case ILockOperation @lock: return Inner(@lock.Body);
                case IUsingOperation @using when IsScope(@using.Resources, types): return Inner(@using.Body);
                case IUsingDeclarationOperation declaration when IsScope(declaration.DeclarationGroup, types): return statements.Skip(i + 1).ToList();
                case IExpressionStatementOperation when i + 1 < statements.Length && statements[i + 1] is ITryOperation { Finally: not null } @try && Acquires(statements[i], types): return Inner(@try.Body);
            }
        }
        return null;
    }

    private static IReadOnlyList<IOperation> Inner(IOperation body) => body is IBlockOperation block ? block.Operations : new[] { body };

    private static bool Acquires(IOperation statement, KnownTypes types) => statement.Descendants().OfType<IInvocationOperation>()
        .Any(call => Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind == EffectKind.Acquire);

    private static bool IsScope(IOperation resources, KnownTypes types) => resources.DescendantsAndSelf().OfType<IInvocationOperation>()
        .Any(call => Effects.Of(call.TargetMethod, call.Instance?.Type, types).Kind == EffectKind.Acquire || Waiting.IsNamedLikeLock(call.TargetMethod));

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
        && !IsNull(assignment.Value) && assignment.Value.ConstantValue is not { HasValue: true, Value: false } ? assignment : null;

    /// <summary>Whether something before the write asks for the member, or may leave.</summary>
    private static bool IsAskedBefore(IReadOnlyList<IOperation> region, IOperation write, IOperation member) => region
        .SelectMany(statement => statement.DescendantsAndSelf())
        .Any(operation => operation.Syntax.SpanStart < write.Syntax.Span.End && (operation is IReturnOperation or IThrowOperation or IBranchOperation && operation.Syntax.SpanStart < write.Syntax.SpanStart
            || operation is IMemberReferenceOperation && operation.IsSameAs(member) && !operation.IsWritten()));

    /// <summary>A flag that is set before another member which the function uses without the lock.</summary>
    private static (IOperation Set, IOperation Data)? TooEarly(IConditionalOperation test, IReadOnlyList<IOperation> region, IOperation flag)
    {
        if (flag.Type?.SpecialType != SpecialType.System_Boolean)
            return null;
        foreach (var second in region.OfType<IConditionalOperation>().Where(second => second.WhenFalse is null && Tested(second.Condition, out _)?.IsSameAs(flag) == true))
        {
            var steps = Statements(Enumerable.Repeat(second.WhenTrue, 1)).ToList();
            var set = steps.FindIndex(step => Assigned(step, flag) is not null);
            for (var i = set + 1; set >= 0 && i < steps.Count; i++)
                if (steps[i] is IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } data } }
                    && test.Function().Descendants().Any(operation => operation is IMemberReferenceOperation && operation.IsSameAs(data) && !operation.IsWritten() && !region.Any(inner => inner.Syntax.Span.Contains(operation.Syntax.Span))))
                    return (steps[set], data);
        }
        return null;
    }
}
