using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>What may happen in a function after one of its operations, on some path and while one of its variables lives.</summary>
/// <param name="graph">The graph of the function.</param>
/// <param name="variable">The variable; a path ends where it goes out of scope, since the next time round it is another one. Null for what lives longer.</param>
/// <param name="token">A variable that is true since the operation; a path ends where it would have to be false. Null for none.</param>
internal sealed class Aftermath(ControlFlowGraph graph, ISymbol? variable, ISymbol? token = null)
{
    /// <summary>Whether some path from the operation meets <paramref name="goal"/> before <paramref name="end"/>.</summary>
    /// <param name="start">The operation, as in the tree that the graph was made of.</param>
    /// <param name="goal">Asked of every operation, in the order of a block, nested functions excluded.</param>
    /// <param name="end">Asked likewise; a path stops where it holds.</param>
    public bool Meets(IOperation start, Func<IOperation, bool> goal, Func<IOperation, bool> end) => Search(start, goal, end, exits: false);

    /// <summary>Whether some path from the operation leaves the function, by a return or at its end, before <paramref name="end"/>.</summary>
    /// <param name="start">The operation, as in the tree that the graph was made of.</param>
    /// <param name="end">As in <see cref="Meets"/>.</param>
    public bool Leaves(IOperation start, Func<IOperation, bool> end) => Search(start, static _ => false, end, exits: true);

    /// <summary>The syntax of all that some path from the operation meets before <paramref name="end"/>; the graph's own operations know no parents and no model.</summary>
    /// <param name="start">The operation, as in the tree that the graph was made of.</param>
    /// <param name="end">As in <see cref="Meets"/>.</param>
    public ISet<SyntaxNode> Reached(IOperation start, Func<IOperation, bool> end)
    {
        var reached = new HashSet<SyntaxNode>();
        Search(start, operation => !reached.Add(operation.Syntax) && false, end, exits: false);
        return reached;
    }

    private bool Search(IOperation start, Func<IOperation, bool> goal, Func<IOperation, bool> end, bool exits)
    {
        if (Find(start) is not var (block, index))
            return false;
        var seen = new HashSet<BasicBlock>();
        var pending = new Stack<(BasicBlock Block, int From)>();
        // Of an attempt that the branch asks about, only what follows when it succeeded.
        var tried = Failed(block, start);
        pending.Push((block, index + 1));
        while (pending.Count > 0)
        {
            var (current, from) = pending.Pop();
            switch (Outcome(Operations(current).Skip(from), goal, end))
            {
                case true: return true;
                case false: continue;
            }
            var failed = current == block ? tried : null;
            failed ??= token is not null && current.BranchValue?.Unconverted().Names(token) == true ? WhenFalse(current) : null;
            foreach (var (branch, passed) in Branches(current).SelectMany(Continued))
            {
                if (branch.Destination is not { } next || branch == failed || variable is not null && branch.LeavingRegions.Any(region => region.Locals.Contains(variable, SymbolEqualityComparer.Default)))
                    continue;
                switch (Outcome(passed.SelectMany(Operations), goal, end))
                {
                    case true: return true;
                    case false: continue;
                }
                if (exits && next.Kind == BasicBlockKind.Exit)
                    return true;
                if (seen.Add(next))
                    pending.Push((next, 0));
            }
        }
        return false;
    }

    /// <summary>The branch that is taken where the operation, all that the branch asks about, is false.</summary>
    private static ControlFlowBranch? Failed(BasicBlock block, IOperation start)
    {
        var asked = block.BranchValue;
        while (asked is IAwaitOperation or IParenthesizedOperation or IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } || asked is IInvocationOperation { TargetMethod: var method } pass && pass.Syntax != start.Syntax && Waiting.PassesOn(method))
            asked = asked.ChildOperations.First();
        if (asked is not IInvocationOperation || asked.Syntax != start.Syntax || asked.Type?.SpecialType != SpecialType.System_Boolean && block.BranchValue is not IAwaitOperation)
            return null;
        return WhenFalse(block);
    }

    private static ControlFlowBranch? WhenFalse(BasicBlock block) =>
        block.ConditionKind == ControlFlowConditionKind.WhenTrue ? block.FallThroughSuccessor : block.ConditionKind == ControlFlowConditionKind.WhenFalse ? block.ConditionalSuccessor : null;

    /// <summary>The ways out of a block; of a condition that is always true, or always false, one.</summary>
    private static IEnumerable<ControlFlowBranch?> Branches(BasicBlock block)
    {
        if (block.BranchValue?.ConstantValue is { HasValue: true, Value: bool value } && block.ConditionKind != ControlFlowConditionKind.None)
            return [value == (block.ConditionKind == ControlFlowConditionKind.WhenTrue) ? block.ConditionalSuccessor : block.FallThroughSuccessor];
        return [block.FallThroughSuccessor, block.ConditionalSuccessor];
    }

    /// <summary>A branch with the <c>finally</c> blocks that are run on its way; for the end of such a block, the branches on whose way it is, with those still to be run.</summary>
    private IEnumerable<(ControlFlowBranch Branch, IEnumerable<ControlFlowRegion> Passed)> Continued(ControlFlowBranch? branch)
    {
        if (branch is null)
            return [];
        if (branch.Semantics != ControlFlowBranchSemantics.StructuredExceptionHandling)
            return [(branch, branch.FinallyRegions)];
        var region = branch.Source.EnclosingRegion;
        while (region is { Kind: not ControlFlowRegionKind.Finally })
            region = region.EnclosingRegion;
        return graph.Blocks.SelectMany(static block => new[] { block.FallThroughSuccessor, block.ConditionalSuccessor }).OfType<ControlFlowBranch>()
            .Where(other => other.FinallyRegions.Contains(region!)).Select(other => (other, other.FinallyRegions.SkipWhile(run => run != region).Skip(1)));
    }

    /// <summary>True where the goal comes first, false where the end does, null where neither comes.</summary>
    private static bool? Outcome(IEnumerable<IOperation> operations, Func<IOperation, bool> goal, Func<IOperation, bool> end)
    {
        foreach (var operation in operations.SelectMany(statement => statement.OwnOperations().Prepend(statement)))
        {
            if (end(operation))
                return false;
            if (goal(operation))
                return true;
        }
        return null;
    }

    private (BasicBlock Block, int Index)? Find(IOperation wanted)
    {
        foreach (var block in graph.Blocks)
        {
            var index = 0;
            foreach (var operation in Operations(block))
            {
                if (operation.OwnOperations().Prepend(operation).Any(candidate => candidate.Syntax == wanted.Syntax && candidate.Kind == wanted.Kind))
                    return (block, index);
                index++;
            }
        }
        return null;
    }

    /// <summary>All operations of a graph, those of nested functions excluded.</summary>
    public static IEnumerable<IOperation> OperationsOf(ControlFlowGraph graph) => graph.Blocks.SelectMany(Operations).SelectMany(statement => statement.OwnOperations().Prepend(statement));

    private IEnumerable<IOperation> Operations(ControlFlowRegion region) =>
        Enumerable.Range(region.FirstBlockOrdinal, region.LastBlockOrdinal - region.FirstBlockOrdinal + 1).SelectMany(ordinal => Operations(graph.Blocks[ordinal]));

    private static IEnumerable<IOperation> Operations(BasicBlock block) =>
        block.BranchValue is { } value ? block.Operations.Append(value) : block.Operations;

    /// <summary>The graph of the function that the operation is in, found from the graph of the whole member.</summary>
    public static ControlFlowGraph? GraphOf(IOperation operation, Func<ControlFlowGraph> member, CancellationToken cancellation)
    {
        var functions = new Stack<IOperation>();
        for (var function = operation.Function(); function is IAnonymousFunctionOperation or ILocalFunctionOperation; function = function.Function())
            functions.Push(function);
        if (operation.Root() is not (IMethodBodyBaseOperation or IBlockOperation or ISymbolInitializerOperation))
            return null;

        var graph = member();
        foreach (var function in functions)
        {
            if (function is ILocalFunctionOperation local)
            {
                graph = graph.LocalFunctions.Contains(local.Symbol, SymbolEqualityComparer.Default) ? graph.GetLocalFunctionControlFlowGraph(local.Symbol, cancellation) : null;
            }
            else
            {
                var lambda = graph.Blocks.SelectMany(Operations).SelectMany(statement => statement.DescendantsAndSelf())
                    .OfType<IFlowAnonymousFunctionOperation>().FirstOrDefault(candidate => candidate.Syntax == function.Syntax);
                graph = lambda is null ? null : graph.GetAnonymousFunctionControlFlowGraph(lambda, cancellation);
            }
            if (graph is null)
                return null;
        }
        return graph;
    }
}
