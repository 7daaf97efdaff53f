using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>How control flows: regions are entered and left, and states meet where paths do.</summary>
internal sealed class Control(BodyWalk walk)
{
    private readonly Stack<Path?> conditionalReceivers = new();

    private Recorder Recorder => walk.Recorder;

    private Exits Exits => walk.Exits;

    /// <summary>What <c>?.</c> was applied to.</summary>
    public Path? ConditionalReceiver => conditionalReceivers.Count > 0 ? conditionalReceivers.Peek() : null;

    public void Block(IBlockOperation block)
    {
        var (before, exit) = (Recorder.State.Locks, Exits.State);
        var setting = -1;
        foreach (var operation in block.Operations)
        {
            var first = Recorder.Events.Count;
            walk.Visit(operation);
            if (!Companions.IsSetting(operation))
            {
                walk.Companions.Written(setting, first);
                setting = -1;
            }
            else if (setting < 0)
            {
                setting = first;
            }
            if (operation is IUsingDeclarationOperation @using)
                Resources(@using.DeclarationGroup);
        }
        walk.Companions.Written(setting, Recorder.Events.Count);
        // What a using declaration took is given back here.
        if (block.Operations.Any(operation => operation is IUsingDeclarationOperation))
            Exits.GiveBack(before, exit);
    }

    public Path? Conditional(IConditionalOperation conditional)
    {
        var (whenTrue, whenFalse) = walk.Conditions.Branch(conditional.Condition, AccessKind.Test);
        var choice = Recorder.TakeNumber();
        var (first, afterTrue) = Arm(whenTrue, choice, conditional.WhenTrue, Loops.IsOneRound(conditional.Condition));
        var (second, afterFalse) = Arm(whenFalse, choice, conditional.WhenFalse);
        // Who takes a lock under a condition knows when it is needed, and gives it back under the same one.
        if (conditional.WhenFalse is null && !afterTrue.IsDead && !ReferenceEquals(afterTrue.Locks, whenTrue.Locks))
            (afterTrue, afterFalse) = (afterTrue with { Locks = afterTrue.Locks.Assuming(whenTrue.Locks, afterTrue.Locks) }, afterFalse with { Locks = afterFalse.Locks.Assuming(whenTrue.Locks, afterTrue.Locks) });
        Recorder.State = afterTrue.Meet(afterFalse);
        walk.Attempts.Passed(conditional);
        return Equals(first, second) ? first : first is null || second is null ? first ?? second : null;
    }

    public void Switch(ISwitchOperation @switch)
    {
        walk.Conditions.Test(@switch.Value);
        var before = Recorder.State;
        var choice = Recorder.TakeNumber();
        var after = before with { IsDead = true };
        var hasDefault = false;
        foreach (var section in @switch.Cases)
        {
            hasDefault |= section.Clauses.Any(clause => clause is IDefaultCaseClauseOperation);
            Recorder.State = before;
            Recorder.Enter(RegionKind.Arm, choice);
            foreach (var clause in section.Clauses)
                walk.Visit(clause);
            foreach (var operation in section.Body)
                walk.Visit(operation);
            Recorder.Leave();
            after = after.Meet(Revived(Recorder.State, section.Body));
        }
        Recorder.State = hasDefault ? after : after.Meet(before);
    }

    public Path? SwitchExpression(ISwitchExpressionOperation @switch)
    {
        walk.Conditions.Test(@switch.Value);
        var before = Recorder.State;
        var choice = Recorder.TakeNumber();
        var after = before with { IsDead = true };
        Path? value = null;
        foreach (var arm in @switch.Arms)
        {
            Recorder.State = before;
            walk.Visit(arm.Pattern);
            walk.Visit(arm.Guard);
            var (result, end) = Arm(Recorder.State, choice, arm.Value);
            value ??= result;
            after = after.Meet(end);
        }
        Recorder.State = after.IsDead ? before : after;
        return value;
    }

    public void Loop(ILoopOperation loop)
    {
        if (loop is IForLoopOperation { Before: var before })
            foreach (var operation in before)
                walk.Visit(operation);
        var element = loop is IForEachLoopOperation { Collection: var collection } ? Enumerate(collection) : null;

        Recorder.Enter(RegionKind.Loop);
        var entry = Recorder.State;
        Forget(loop);
        switch (loop)
        {
            case IForEachLoopOperation forEach:
                foreach (var local in forEach.Locals)
                    walk.Memory.Bind(local, element, forEach.LoopControlVariable.Syntax);
                walk.Visit(forEach.Body);
                break;
            case IForLoopOperation @for:
                Enter(@for.Condition, whileTrue: true);
                walk.Visit(@for.Body);
                Revive(entry);
                foreach (var operation in @for.AtLoopBottom)
                    walk.Visit(operation);
                break;
            case IWhileLoopOperation { ConditionIsTop: true } @while:
                Enter(@while.Condition, @while.ConditionIsUntil is false);
                walk.Visit(@while.Body);
                break;
            case IWhileLoopOperation @do:
                walk.Visit(@do.Body);
                Revive(entry);
                Enter(@do.Condition, @do.ConditionIsUntil is false);
                break;
        }
        Recorder.Leave();
        var after = Recorder.State.IsDead ? entry : entry.Meet(Recorder.State);
        if (loop is IWhileLoopOperation spinning && walk.Locking.TakenBySpinning(spinning) is { } held)
            after = after.Taking(held);
        else if (loop is IWhileLoopOperation { Condition: { } condition, Body: var body } && Locking.IsIdle(body) && condition.DescendantsAndSelf().Any(part => part is IMemberReferenceOperation or IInvocationOperation))
            after = after with { AfterPause = true };
        Recorder.State = Loops.IsEndless(loop) && !Loops.Exits(loop) ? after with { IsDead = true } : after;
        walk.Attempts.Passed(loop);
    }

    public void Try(ITryOperation @try)
    {
        var (before, first) = (Recorder.State, Recorder.Events.Count);
        walk.Visit(@try.Body);
        var (after, last) = (Recorder.State, Recorder.Last(@try.Body, first));
        foreach (var handler in @try.Catches)
        {
            // The handler can begin anywhere in the body; locks taken before it are still held.
            Recorder.State = before.Meet(after.IsDead ? before : after) with { IsDead = false };
            Recorder.Enter(RegionKind.Arm, Recorder.TakeNumber()).Failed = last;
            walk.Visit(handler.Filter);
            walk.Visit(handler.Handler);
            Recorder.Leave();
            after = after.Meet(Recorder.State);
        }
        if (@try.Finally is null)
        {
            Recorder.State = after;
            return;
        }
        var isDead = after.IsDead;
        Recorder.State = (isDead ? Exits.State ?? before : after) with { IsDead = false };
        var held = Recorder.State.Locks;
        walk.Visit(@try.Finally);
        var released = held.Locks.Where(lockHeld => !Recorder.State.Locks.Locks.Contains(lockHeld)).ToList();
        if (isDead)
            Exits.Release(released);
        Recorder.State = Recorder.State with { IsDead = isDead || Recorder.State.IsDead };
    }

    public void Lock(ILockOperation @lock)
    {
        var path = walk.Locking.LockPath(@lock.LockedValue);
        var (before, exit) = (Recorder.State.Locks, Exits.State);
        var held = Recorder.Acquire(path, LockMode.Exclusive, @lock.LockedValue.Syntax);
        Recorder.State = Recorder.State.Taking(held);
        walk.Visit(@lock.Body);
        Exits.GiveBack(before, exit);
    }

    public void Using(IUsingOperation @using)
    {
        var (before, exit) = (Recorder.State.Locks, Exits.State);
        walk.Visit(@using.Resources);
        Resources(@using.Resources);
        walk.Visit(@using.Body);
        Exits.GiveBack(before, exit);
    }

    public Path? Coalesce(ICoalesceOperation coalesce)
    {
        var (value, before) = (walk.Visit(coalesce.Value), Recorder.State);
        var (other, after) = Arm(walk.Initializations.Empty(value), Recorder.TakeNumber(), coalesce.WhenNull);
        Recorder.State = before.Meet(after);
        return value ?? other;
    }

    public Path? ConditionalAccess(IConditionalAccessOperation access)
    {
        // Where the receiver is null there is nothing to join or release, so this counts as certain.
        conditionalReceivers.Push(walk.Visit(access.Operation));
        var value = walk.Visit(access.WhenNotNull);
        conditionalReceivers.Pop();
        return value;
    }

    public void ShortCircuit(IBinaryOperation binary)
    {
        var (whenTrue, whenFalse) = walk.Conditions.Branch(binary, walk.Memory.Purpose);
        Recorder.State = whenTrue.Meet(whenFalse);
    }

    public void Binary(IBinaryOperation binary)
    {
        // Sums and concatenations lean to the left, thousands of terms deep.
        var rights = new Stack<IOperation>();
        IOperation left = binary;
        while (left is IBinaryOperation { OperatorKind: not (BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr) } inner)
        {
            rights.Push(inner.RightOperand);
            left = inner.LeftOperand;
        }
        walk.Visit(left);
        while (rights.Count > 0)
            walk.Visit(rights.Pop());
    }

    private (Path? Value, State After) Arm(State state, int choice, IOperation? arm, bool isOnce = false)
    {
        if (arm is null)
            return (null, state);
        Recorder.State = state;
        Recorder.Enter(RegionKind.Arm, choice).IsOnce = isOnce;
        var first = Recorder.Events.Count;
        var value = walk.Visit(arm);
        walk.Initializations.Mark(first);
        Recorder.Leave();
        return (value, Recorder.State);
    }

    private void Enter(IOperation? condition, bool whileTrue)
    {
        if (condition is null)
            return;
        var (whenTrue, whenFalse) = walk.Conditions.Branch(condition, AccessKind.Poll);
        Recorder.State = whileTrue ? whenTrue : whenFalse;
    }

    private Path? Enumerate(IOperation collection)
    {
        var path = walk.Visit(collection);
        walk.Sequences.Content(path, walk.TypeOf(collection), AccessKind.Read | AccessKind.Enumeration, collection.Syntax);
        return path?.Then(Path.Element);
    }

    private void Resources(IOperation resources)
    {
        foreach (var value in resources is IVariableDeclarationGroupOperation group
            ? group.Declarations.SelectMany(declaration => declaration.Declarators).Select(declarator => declarator.GetVariableInitializer()?.Value)
            : [resources])
            walk.Locking.Scope(value);
    }

    /// <summary>What a loop assigns is not known at its beginning.</summary>
    private void Forget(ILoopOperation loop)
    {
        if (Recorder.State.Locals.IsEmpty)
            return;
        var known = Recorder.State.Locals;
        foreach (var reference in loop.Descendants().OfType<ILocalReferenceOperation>())
            if (known.ContainsKey(reference.Local) && (walk.Captures.IsAssigned(reference.Local) || reference.Parent is IAssignmentOperation assignment && assignment.Target == reference))
                known = known.Remove(reference.Local);
        Recorder.State = Recorder.State with { Locals = known };
    }

    /// <summary>A break or continue made the rest of a section unreachable, not what follows the statement.</summary>
    private static State Revived(State state, ImmutableArray<IOperation> body) =>
        body.LastOrDefault() is IBranchOperation ? state with { IsDead = false } : state;

    private void Revive(State entry)
    {
        if (Recorder.State.IsDead)
            Recorder.State = entry;
    }
}
