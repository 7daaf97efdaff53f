using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Configuration;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// Work that a method gives to a pool, queue or dataflow block after it has shut that down: it is refused, or never done.
/// Source: the .NET reference, BlockingCollection.Add, IDataflowBlock.Complete.
/// </summary>
public sealed class SubmitAfterShutdown() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2005", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "Work should be submitted before the pool is shut down",
        message: "'{0}' is given work here, though '{1}' in line {2} has ended it: the work is refused with an exception, or never done; submit it before",
        why: "A pool or queue that is shut down takes no more work. What is given to it afterwards is refused with an exception, or is accepted and never carried out, which nobody notices.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var pools = PoolTypes.Of(context.Compilation, () => Declarations.Of(context.Compilation, context.Options.AnalyzerConfigOptionsProvider));
        var (submits, closes) = (new Deed(PoolMembers.Submits, PoolMembers.MaySubmit, static _ => true), new Deed(PoolMembers.Closes, PoolMembers.MayEnd, PoolMembers.MayEnd));
        context.RegisterOperationAction(action => Judge(action, types, pools, submits, closes), OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types, PoolTypes pools, Deed submits, Deed closes)
    {
        var late = (IInvocationOperation)action.Operation;
        if (!submits.MayBe(late) || !closes.IsNamedIn(action.ContainingSymbol, action.CancellationToken) || !closes.IsDoneBefore(late) || submits.Of(late) is not ({ } receiver, { } submission) || IsExpected(late) || submission != late && IsExpected(submission))
            return;
        var ends = late.Function().OwnOperations().TakeWhile(operation => operation.Syntax.SpanStart < late.Syntax.SpanStart).OfType<IInvocationOperation>()
            .Where(call => closes.Of(call).Receiver?.IsSameAs(receiver) == true && call.SurelyPrecedes(late)).ToList();
        if (ends.Count == 0)
            return;
        var pool = pools[receiver.Type, action.Compilation, action.CancellationToken];
        if (pool is null ? !Queues.IsClosable(receiver.Type, types) : pool.Starters.Contains(submission.TargetMethod.OriginalDefinition))
            return;
        if (Aftermath.GraphOf(late, action.GetControlFlowGraph, action.CancellationToken) is not { } graph
            || ends.FirstOrDefault(end => new Aftermath(graph, null).Meets(end, operation => operation.Syntax == late.Syntax && operation is IInvocationOperation, operation => IsRenewed(operation, end, receiver, submits))) is not { } found)
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, late.Syntax.GetLocation(), [found.Syntax.GetLocation()],
            receiver.Syntax, found.TargetMethod.Name, found.Syntax.Line()));
    }

    /// <summary>Whether the receiver is another object from here on, one that was started again, or a field that a method of the type may have filled anew.</summary>
    private static bool IsRenewed(IOperation operation, IOperation end, IOperation receiver, Deed submits) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target.IsSameAs(receiver),
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value.IsSameAs(receiver),
        IInvocationOperation call when call.Syntax != end.Syntax => Receiver(call) is { } other && other.IsSameAs(receiver) ? PoolMembers.Restarts(call.TargetMethod)
            : receiver is IMemberReferenceOperation { Member: not IFieldSymbol { IsReadOnly: true } } && call.Instance is IInstanceReferenceOperation && submits.Of(call).Receiver is null,
        _ => false,
    };

    /// <summary>The pool or queue that the call is made on; of a channel's writer, the channel.</summary>
    private static IOperation? Receiver(IInvocationOperation call)
    {
        var instance = call.Instance?.Unconverted();
        if (instance is IPropertyReferenceOperation { Instance: { } channel, Property: var end } && Queues.IsEnd(end))
            instance = channel.Unconverted();
        return instance is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation } ? instance : null;
    }

    /// <summary>Whether the code is prepared for the refusal: a catch around the call.</summary>
    private static bool IsExpected(IOperation call)
    {
        for (var current = call.Parent; current is not null; current = current.Parent)
            if (current is ITryOperation { Catches.IsEmpty: false } @try && @try.Body.Syntax.Span.Contains(call.Syntax.Span))
                return true;
        return false;
    }

    /// <summary>Calls that do one thing to pools and queues, and the methods of the program that make such a call each time that they are called.</summary>
    /// <param name="does">Whether a method of a pool or queue does it.</param>
    /// <param name="mayDo">Whether a method called so may.</param>
    /// <param name="isNamedSo">How the methods of the program are called that are looked into.</param>
    private sealed class Deed(Func<IMethodSymbol, bool> does, Func<string, bool> mayDo, Func<string, bool> isNamedSo)
    {
        private readonly ConcurrentDictionary<IMethodSymbol, IInvocationOperation?> helpers = new(SymbolEqualityComparer.Default);
        private readonly ConcurrentDictionary<ISymbol, bool> members = new(SymbolEqualityComparer.Default);
        private readonly ConcurrentDictionary<SyntaxNode, int> firsts = new();

        /// <summary>Whether the text of the member may call something that does it; nearly none does.</summary>
        public bool IsNamedIn(ISymbol member, CancellationToken cancellation)
        {
            if (!members.TryGetValue(member, out var isNamed))
                members[member] = isNamed = ((member as IMethodSymbol)?.PartialImplementationPart ?? member).DeclaringSyntaxReferences.Any(part => Words.Called(part.GetSyntax(cancellation), cancellation).Any(isNamedSo));
            return isNamed;
        }

        /// <summary>Whether some call of the function, anywhere before, does it.</summary>
        public bool IsDoneBefore(IInvocationOperation call)
        {
            var function = call.Function();
            if (!firsts.TryGetValue(function.Syntax, out var first))
                firsts[function.Syntax] = first = FirstIn(function);
            return first < call.Syntax.SpanStart;
        }

        private int FirstIn(IOperation function) =>
            function.OwnOperations().OfType<IInvocationOperation>().Where(other => Of(other).Receiver is not null).Select(other => other.Syntax.SpanStart).DefaultIfEmpty(int.MaxValue).Min();

        /// <summary>Whether the call may do it, by what it calls: asked of each call, so it must be cheap.</summary>
        public bool MayBe(IInvocationOperation call) => MayHelp(call) || does(call.TargetMethod) && Receiver(call) is not null;

        private bool MayHelp(IInvocationOperation call) => (call.Instance is IInstanceReferenceOperation || call.TargetMethod.IsStatic) && isNamedSo(call.TargetMethod.Name)
            && call.TargetMethod is { IsVirtual: false, IsOverride: false, IsAbstract: false, MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction, DeclaringSyntaxReferences.IsEmpty: false };

        /// <summary>The pool or queue to which the call does it, by itself or by a method that does it to its field or argument; with the call that is made on it. Null where it does nothing of the kind.</summary>
        public (IOperation? Receiver, IInvocationOperation? Call) Of(IInvocationOperation call)
        {
            if (does(call.TargetMethod) && Receiver(call) is { } own)
                return (own, call);
            if (!MayHelp(call) || call.SemanticModel is not { } model || helpers.GetOrAdd(call.TargetMethod.OriginalDefinition, method => In(method, model)) is not { } inner)
                return default;
            var receiver = Receiver(inner) is not IParameterReferenceOperation { Parameter: var taker } ? Receiver(inner)
                : call.Arguments.FirstOrDefault(argument => SymbolEqualityComparer.Default.Equals(argument.Parameter?.OriginalDefinition, taker))?.Value.Unconverted();
            return receiver is null ? default : (receiver, inner);
        }

        // Most methods are told apart by their words, which costs less than to bind them.
        private IInvocationOperation? In(IMethodSymbol helper, SemanticModel model) => !helper.DeclaringSyntaxReferences.Any(part => Words.Called(part.GetSyntax(), default).Any(mayDo))
            || Work.BodyOf(helper, model) is not { } body ? null
            : body.OwnOperations().OfType<IInvocationOperation>().FirstOrDefault(inner => does(inner.TargetMethod) && Receiver(inner) is not (null or ILocalReferenceOperation) && IsFirst(inner, body));

        /// <summary>Whether the method comes to the operation in each case: it is part of a statement of its own block, before which no other can leave.</summary>
        private static bool IsFirst(IInvocationOperation inner, IOperation body) =>
            inner.Statement() is { Parent: IBlockOperation block } statement && (block.Parent == body || block == body)
            && !block.Operations.TakeWhile(other => other != statement).Any(other => other.DescendantsAndSelf().Any(part => part is IReturnOperation or IThrowOperation or IConditionalOperation));
    }
}
