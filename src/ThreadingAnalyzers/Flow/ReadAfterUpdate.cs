using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// The read of a variable behind an atomic update of it, by which the code decides or which it keeps. Right behind, any such read
/// counts. Later the code may want to know how things are by then; so only one counts that asks for a certain number, as the last
/// one out does, and nothing is waited for in between.
/// </summary>
internal static class ReadAfterUpdate
{
    /// <summary>The read; null where there is none.</summary>
    /// <param name="call">The update.</param>
    /// <param name="variable">What it updates.</param>
    /// <param name="types">The types of the compilation.</param>
    public static IOperation? Of(IInvocationOperation call, IOperation variable, KnownTypes types)
    {
        if (call.Parent is not IExpressionStatementOperation statement)
            return null;
        var isNext = true;
        foreach (var later in Following(statement))
        {
            var reads = Deciding(later).SelectMany(value => value.OwnOperations().Prepend(value)).Where(operation => Reads(operation, variable, types));
            if (reads.FirstOrDefault(read => isNext && later.Parent == statement.Parent || AsksForNumber(read)) is { } found)
                return found;
            if (InCalled(later, variable, types) is { } inner)
                return inner;
            if (later.DescendantsAndSelf().Any(part => part.Unconverted().IsSameAs(variable) || Separates(part, variable, types)))
                return null;
            isNext = false;
        }
        return null;
    }

    /// <summary>The statements that run after this one whatever happens, as far as its block and the <c>try</c> around it go.</summary>
    private static IEnumerable<IOperation> Following(IOperation statement)
    {
        for (; statement.Parent is IBlockOperation { Operations: var statements } block; statement = block.Parent!)
        {
            foreach (var later in statements.Skip(statements.IndexOf(statement) + 1))
                yield return later;
            if (block.Parent is not ITryOperation @try || @try.Finally != block && !(@try.Body == block && @try.Catches.IsEmpty))
                yield break;
        }
    }

    /// <summary>
    /// The expressions by which a statement decides or which it keeps. A loop asks how things are now, and an argument is mostly for
    /// a log.
    /// </summary>
    private static IEnumerable<IOperation> Deciding(IOperation statement) => (statement switch
    {
        IConditionalOperation conditional => [conditional.Condition],
        ISwitchOperation @switch => [@switch.Value],
        IReturnOperation returned => [returned.ReturnedValue],
        IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment } => [assignment.Value],
        IVariableDeclarationGroupOperation declaration => declaration.Declarations.SelectMany(group => group.Declarators).Select(declarator => declarator.GetVariableInitializer()?.Value),
        _ => Enumerable.Empty<IOperation?>(),
    }).OfType<IOperation>();

    /// <summary>Whether the operation reads the variable, itself or through a getter or a method that returns it.</summary>
    private static bool Reads(IOperation operation, IOperation variable, KnownTypes types) =>
        Atomics.Read(operation, types) is { } read ? read.IsSameAs(variable)
        : operation is not IConversionOperation && operation.Parent is not IArgumentOperation && operation.IsSameAs(variable) || Answered(operation) is { } answer && IsReadOf(answer, variable, types);

    private static IOperation? Answered(IOperation operation) => operation is IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Arguments.IsEmpty: true } or IInvocationOperation { Instance: null or IInstanceReferenceOperation, Arguments.IsEmpty: true }
        ? Answers.OnlyOf(operation) : null;

    /// <summary>Whether a member's answer is the variable, or says if it is a certain number.</summary>
    private static bool IsReadOf(IOperation answer, IOperation variable, KnownTypes types)
    {
        var asked = answer is IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, RightOperand.ConstantValue.HasValue: true } comparison ? comparison.LeftOperand.Unconverted() : answer;
        return (Atomics.Read(asked, types) ?? asked).IsSameAs(variable);
    }

    /// <summary>Whether the read is compared with a number, and the code acts on just that one: two threads may see it, or none.</summary>
    private static bool AsksForNumber(IOperation read)
    {
        if (Answered(read) is IBinaryOperation)
            return true;
        while (read.Parent is IConversionOperation or IParenthesizedOperation)
            read = read.Parent;
        return read.Parent switch
        {
            IIsPatternOperation { Pattern: IConstantPatternOperation or INegatedPatternOperation { Pattern: IConstantPatternOperation } } => true,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Remainder } => true,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } => true,
            IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.LessThan, RightOperand.ConstantValue: { HasValue: true, Value: 0 or 1 or 0L or 1L } } comparison => comparison.LeftOperand == read,
            _ => false,
        };
    }

    /// <summary>The read for a certain number that the method of this type begins with which the statement calls.</summary>
    private static IOperation? InCalled(IOperation statement, IOperation variable, KnownTypes types) =>
        statement is IExpressionStatementOperation { Operation: IInvocationOperation { Arguments.IsEmpty: true, Instance: null or IInstanceReferenceOperation, TargetMethod: { IsVirtual: false, IsAbstract: false, IsOverride: false, IsAsync: false } method, SemanticModel: { } model } }
        && variable.Unconverted() is IFieldReferenceOperation && Work.BodyOf(method, model)?.ChildOperations.FirstOrDefault(child => child is IBlockOperation) is IBlockOperation { Operations: [var first, ..] }
            ? Deciding(first).SelectMany(value => value.OwnOperations().Prepend(value)).FirstOrDefault(operation => Reads(operation, variable, types) && AsksForNumber(operation))
            : null;

    /// <summary>Whether the part may wait for others, or calls code of the program that names the variable.</summary>
    private static bool Separates(IOperation part, IOperation variable, KnownTypes types) => part switch
    {
        IAwaitOperation or ILockOperation or ILoopOperation => true,
        IInvocationOperation { TargetMethod: var method } call => Effects.Of(method, call.Instance?.Type, types).Kind is EffectKind.Acquire or EffectKind.TryAcquire or EffectKind.Join or EffectKind.TimedJoin or EffectKind.Await or EffectKind.StartAndJoin or EffectKind.Pause
            || variable.Unconverted() is IFieldReferenceOperation { Field.Name: var name } && method.DeclaringSyntaxReferences.Any(declared => Words.In(declared.GetSyntax(), name, CancellationToken.None).Any()),
        _ => false,
    };
}
