using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A thread for each thing that comes, with nothing that limits how many there are at once. Source: "The managed thread pool",
/// learn.microsoft.com/dotnet/standard/threading.
/// </summary>
public sealed class UnboundedThreads() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1011", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "The number of threads should have a bound",
        message: "A thread that runs '{0}' is made for each {1}, and nothing limits how many there are at once: each takes a stack of memory and a share of the processors; use Task.Run, or a fixed number of workers",
        why: "A thread costs about a megabyte of stack and some time to make and to switch to. A program that makes one for each thing that comes works until much comes at once, and then slows down or dies of memory.");

    /// <summary>More threads than this are too many, even where their number is known.</summary>
    private const int Many = 500;

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.ObjectCreation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var creation = (IObjectCreationOperation)action.Operation;
        if (ThreadWork.Of(creation, types) is not { } work || Occasion(creation, action.ContainingSymbol, types) is not { } occasion)
            return;
        // Whoever is let in, or waited for, is counted.
        var scope = LoopAround(creation, types) ?? creation.Function();
        if (!scope.Root().DescendantsAndSelf().OfType<IInvocationOperation>().Any(call => IsBound(call, types)) && !scope.DescendantsAndSelf().OfType<IInvocationOperation>().Any(call => ThreadMembers.Joins(call.TargetMethod, types)))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, work.Place, work.Name, occasion));
    }

    private static bool IsBound(IInvocationOperation call, KnownTypes types) =>
        types[call.TargetMethod.ContainingType] is KnownType.SemaphoreSlim or KnownType.Semaphore || types.Is(call.Instance?.Type, KnownType.Semaphore);

    /// <summary>What comes again and again, and brings a thread each time; null where the number is known or limited.</summary>
    private static string? Occasion(IObjectCreationOperation creation, ISymbol member, KnownTypes types)
    {
        if (IsDecided(creation))
            return null;
        if (LoopAround(creation, types) is { } loop)
            return loop switch
            {
                IForEachLoopOperation => "element of a sequence without a bound",
                IForLoopOperation { Condition: not null } => $"of more than {Many} rounds of a loop",
                _ => "round of a loop without an end",
            };
        return creation.Function() is not (IAnonymousFunctionOperation or ILocalFunctionOperation) && member is IMethodSymbol method && Hosts.Of(method, types).IsForRequests() ? "request"
            : IsCallback(creation, types) ? "callback"
            : null;
    }

    /// <summary>Whether a comparison decides if the thread is made, as of a count with a maximum.</summary>
    private static bool IsDecided(IOperation creation)
    {
        for (IOperation inner = creation, outer = creation.Parent!; outer is not (null or ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = outer, outer = outer.Parent!)
            if (outer is IConditionalOperation conditional && conditional.Condition != inner && Comparisons(conditional.Condition).Any(IsOfOrder)
                || outer is IBlockOperation block && block.Operations.TakeWhile(statement => statement != inner).Any(statement => IsTurningAway(statement, block)))
                return true;
        return false;
    }

    /// <summary>Whether the statement sends away, or lets wait, whoever is one too many: it compares a count that is kept beyond the round.</summary>
    private static bool IsTurningAway(IOperation statement, IOperation round) => statement switch
    {
        IConditionalOperation { WhenFalse: null, WhenTrue: var arm, Condition: var condition } => Leaves(arm) && CountsKept(condition, round),
        IWhileLoopOperation { Condition: { } condition } => CountsKept(condition, round),
        ILockOperation { Body: IBlockOperation { Operations: var guarded } } => guarded.Any(inner => IsTurningAway(inner, round)),
        _ => false,
    };

    private static bool Leaves(IOperation arm) => arm is IBlockOperation { Operations: [.., var last] } ? Leaves(last) : arm is IBranchOperation or IReturnOperation or IExpressionStatementOperation { Operation: IThrowOperation };

    private static bool CountsKept(IOperation condition, IOperation round) => Comparisons(condition).Any(binary =>
        (IsOfOrder(binary) || binary.OperatorKind == BinaryOperatorKind.Equals && binary.RightOperand.ConstantValue is not { HasValue: true, Value: null or <= 0 or bool })
        && binary.LeftOperand.Type?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64
        && binary.DescendantsAndSelf().Any(part => part is IFieldReferenceOperation { Field.IsConst: false } || part is ILocalReferenceOperation { Local.DeclaringSyntaxReferences: [{ } declared] } && !round.Syntax.Span.Contains(declared.Span)));

    private static IEnumerable<IBinaryOperation> Comparisons(IOperation condition) => condition.DescendantsAndSelf().OfType<IBinaryOperation>();

    private static bool IsOfOrder(IBinaryOperation binary) =>
        binary.OperatorKind is BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual;

    /// <summary>The loop around that comes round as often as things come, or very often; null without one.</summary>
    private static ILoopOperation? LoopAround(IOperation creation, KnownTypes types)
    {
        for (var current = creation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation loop && (loop.IsOpenEnded(types) && Takes(loop, types) || loop is IForEachLoopOperation each && IsStream(each, types) || loop is IForLoopOperation counting && IsLong(counting)))
                return loop;
        return null;
    }

    /// <summary>Whether the loop waits for something that comes from outside: a connection, an item, a line.</summary>
    private static bool Takes(ILoopOperation loop, KnownTypes types) => loop.OwnOperations().Any(operation =>
        LongWaits.IsOne(operation, types) && operation is IInvocationOperation { TargetMethod: var method } && !ThreadMembers.Sleeps(method, types) || operation is IAwaitOperation { Type: not null and not { SpecialType: SpecialType.System_Void or SpecialType.System_Boolean } });

    private static bool IsStream(IForEachLoopOperation loop, KnownTypes types) => loop.IsAsynchronous
        || loop.Collection.Source() is IInvocationOperation call && (LongWaits.IsOne(call, types) || LongWaits.ReadsAll(call.TargetMethod));

    private static bool IsLong(IForLoopOperation loop) => loop.Condition is IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual, RightOperand.ConstantValue: { HasValue: true, Value: int bound } } && bound > Many;

    /// <summary>Whether a timer or the framework calls the code around, each time something has happened.</summary>
    private static bool IsCallback(IOperation creation, KnownTypes types)
    {
        var function = creation.Function();
        var method = function switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            ILocalFunctionOperation local => local.Symbol,
            IMethodBodyOperation { SemanticModel: { } model } => model.GetDeclaredSymbol(function.Syntax) as IMethodSymbol,
            _ => null,
        };
        return method is not null && (method.Parameters.Any(parameter => LongWaits.IsCompletion(parameter.Type))
            || function is IAnonymousFunctionOperation { Parent: IDelegateCreationOperation { Parent: var given } } && (given as IArgumentOperation)?.Parent is { } site && Spawn.Of(site, types) is { Kind: SpawnKind.Timer });
    }
}
