using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Elements of arrays: one memory for all of them, told apart where the index is a constant or each thread has its own.</summary>
internal sealed class ArrayElements(BodyWalk walk)
{
    /// <summary>A value is followed back through so many locals.</summary>
    private const int MaxSources = 4;

    /// <summary>Arrays of which an element under a computed index was written, and what was held: one use of each says it.</summary>
    private readonly HashSet<(Path Element, LockSet Locks)> filled = [];

    private Recorder Recorder => walk.Recorder;

    public Path? Read(IArrayElementReferenceOperation element)
    {
        var path = ElementOf(element, out var index, out var disjoint);
        Recorder.Use(path, AccessKind.Read | walk.Memory.Purpose | (disjoint ? AccessKind.Disjoint : 0) | (IsOfAll(element) ? AccessKind.Enumeration : 0) | Memory.Width(element.Type), element.Syntax, index);
        return path;
    }

    public void Write(IArrayElementReferenceOperation element, Path? value, AccessKind kind)
    {
        var path = ElementOf(element, out var index, out var disjoint);
        // Of an element whose index is computed it is not known whether two threads mean the same one.
        if (disjoint || index is not null || (kind & AccessKind.Update) != 0 && IsOfData(element.Indices))
            Recorder.Use(path, kind | (disjoint ? AccessKind.Disjoint : 0) | Memory.Width(element.Type), element.Syntax, index);
        else if (!Recorder.State.Empty.IsEmpty)
            Recorder.Use(path, AccessKind.Write | AccessKind.Setting, element.Syntax);
        else if (path is { Root: not (Root.Allocation or Root.Result) } && (kind & (AccessKind.Update | AccessKind.Constant)) == 0 && filled.Add((path, Recorder.State.Locks)))
            Recorder.Use(path, kind | AccessKind.Some | Memory.Width(element.Type), element.Syntax);
        Recorder.Store(path, value, element.Syntax);
    }

    /// <summary>Whether a loop comes to all elements here, one after the other: its bound is the array's length.</summary>
    private static bool IsOfAll(IArrayElementReferenceOperation element)
    {
        if (element.Indices is not [var index] || index.Unconverted() is not ILocalReferenceOperation { Local: var counter })
            return false;
        for (var outer = element.Parent; outer is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); outer = outer.Parent)
            if (outer is IForLoopOperation { Condition: IBinaryOperation { LeftOperand: var left, RightOperand: var right } } && left.Unconverted().Names(counter))
                return right.Unconverted() is IPropertyReferenceOperation { Property: var size, Instance: { } array } && Values.IsSize(size) && array.Unconverted().IsSameAs(element.ArrayReference.Unconverted());
        return false;
    }

    private Path? ElementOf(IArrayElementReferenceOperation element, out string? index, out bool disjoint)
    {
        var array = walk.Visit(element.ArrayReference);
        foreach (var operand in element.Indices)
            walk.Visit(operand);
        (index, disjoint) = Index(element.Indices is [var only] ? only : null);
        return array?.Then(Path.Element);
    }

    /// <summary>
    /// Whether an index is a constant, or differs for each instance of the thread: a parameter of the thread's own body, or a
    /// captured variable that is never assigned again, plus, minus or times a constant.
    /// </summary>
    private (string? Constant, bool Disjoint) Index(IOperation? index) => index?.Unconverted() switch
    {
        { ConstantValue: { HasValue: true, Value: var value } } => (value?.ToString(), false),
        IParameterReferenceOperation { Parameter: var parameter } => (null, !walk.Captures.IsAssigned(parameter)),
        ILocalReferenceOperation { Local: var local } => (null, walk.IsForeign(local) && !walk.Captures.IsAssigned(local)),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply, RightOperand.ConstantValue.HasValue: true } binary => Index(binary.LeftOperand),
        _ => (null, false),
    };

    /// <summary>
    /// Whether the indices come out of data, so that threads with work of their own meet at one element: <c>counts[pixels[i]]++</c>,
    /// <c>counts[text.Length]++</c>, <c>counts[letter - 'a']++</c>. What is counted in a loop or handed to a thread divides the array.
    /// </summary>
    public bool IsOfData(ImmutableArray<IOperation> indices) => !indices.IsEmpty && indices.All(index => IsOfData(index, isPart: false, depth: 0));

    /// <param name="index">The index, or an operand of it.</param>
    /// <param name="isPart">Whether it is computed with another value: a size is a stride there, or where to count down from.</param>
    /// <param name="depth">Through how many locals and operands it was come to.</param>
    private bool IsOfData(IOperation index, bool isPart, int depth)
    {
        var bare = index.Unconverted();
        if (depth > MaxSources)
            return false;
        return Values.IsNarrow(bare.Type) || bare switch
        {
            IArrayElementReferenceOperation => true,
            IPropertyReferenceOperation { Property: var property } => property.IsIndexer || !isPart && Values.IsSize(property),
            IInvocationOperation call => IsOfData(call, depth + 1),
            IBinaryOperation binary => IsOfData(binary.LeftOperand, isPart || IsMixed(binary), depth + 1) || IsOfData(binary.RightOperand, isPart || IsMixed(binary), depth + 1),
            ILocalReferenceOperation => bare.Source() is var source and not ILocalReferenceOperation && IsOfData(source, isPart, depth + 1),
            _ => false,
        };
    }

    private static bool IsMixed(IBinaryOperation binary) => !binary.LeftOperand.ConstantValue.HasValue && !binary.RightOperand.ConstantValue.HasValue;

    /// <summary>Whether the call gives several threads one number. Of numbers alone, such as a row and a column, a method may compute one for each.</summary>
    private bool IsOfData(IInvocationOperation call, int depth) => walk.Types[call.TargetMethod.ContainingType] switch
    {
        KnownType.Interlocked => false,
        KnownType.Random => true,
        _ => call.Arguments.Select(argument => argument.Value.Unconverted()).Where(value => !value.ConstantValue.HasValue).ToList() is var given
            && (given.Count == 0 || given.Any(value => !Values.IsInteger(value.Type) || IsOfData(value, isPart: true, depth))),
    };
}
