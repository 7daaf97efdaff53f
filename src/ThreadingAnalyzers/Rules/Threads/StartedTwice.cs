using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// A second start of one thread, on a path that certainly comes from the first, or in a loop around which the thread was made.
/// Source: the .NET reference, Thread.Start, exceptions ("The thread has already been started").
/// </summary>
public sealed class StartedTwice() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1007", since: "1.0", Category.Threads, DiagnosticSeverity.Warning,
        title: "A thread should be started once",
        message: "'{0}' is started again here, but {1}: a thread runs only once, even when it has ended, so this throws a ThreadStateException; make a new thread",
        why: "A thread runs its work once. To start it a second time throws a ThreadStateException, no matter whether it still runs or has long ended.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (Mention.Of(KnownType.Thread, context.Compilation, context.CancellationToken))
            context.RegisterOperationAction(action => Judge(action, types), OperationKind.Invocation);
    }

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var start = (IInvocationOperation)action.Operation;
        if (!ThreadMembers.Starts(start.TargetMethod, types) || ThreadPlace.Of(start.Instance) is not { } place || IsAsked(start, types))
            return;
        if ((Before(start, place, types) ?? InConstructor(start, place, action, types) ?? InLoop(start, place, types)) is { } reason)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, start.Syntax.GetLocation(), Named(start), reason));
    }

    private static string Named(IInvocationOperation start) => (start.Instance is IConditionalAccessInstanceOperation part ? ThreadPlace.Accessed(part) : start.Instance)!.Unconverted().Syntax.ToString();

    private static string Line(IOperation operation) => $"it was started in line {operation.Syntax.Line()}";

    /// <summary>Whether code asks for the state of the thread first, or expects the exception.</summary>
    private static bool IsAsked(IOperation start, KnownTypes types)
    {
        for (IOperation inner = start, outer = start.Parent!; outer is not null; inner = outer, outer = outer.Parent!)
            if (outer is IConditionalOperation conditional && conditional.Condition != inner && conditional.Condition.DescendantsAndSelf().OfType<IPropertyReferenceOperation>().Any(property => ThreadMembers.TellsState(property.Property, types))
                || outer is ITryOperation @try && @try.Body == inner && @try.Catches.Any(handler => ThreadMembers.IsStateException(handler.ExceptionType)))
                return true;
        return false;
    }

    /// <summary>The start of the same function that this one certainly comes after.</summary>
    private static string? Before(IInvocationOperation start, ThreadPlace place, KnownTypes types)
    {
        var (function, operations) = OwnersOf(start, place);
        if (operations.OfType<IBranchOperation>().Any(branch => branch.BranchKind == BranchKind.GoTo))
            return null;
        foreach (var first in operations.OfType<IInvocationOperation>().Where(call => call != start && call.Syntax.SpanStart < start.Syntax.SpanStart))
        {
            if (StartedBy(first, types) is not { } other || !place.IsCoveredBy(other))
                continue;
            // What is done to each element is done when the loop is over.
            var unit = other.Loop is { } loop && loop != place.Loop && first.Syntax.Ancestors().Contains(loop.Syntax) ? loop : first;
            if ((unit == first || first.SurelyRunsIn(BodyOf(unit))) && unit.SurelyPrecedes(start) && !IsReplaced(function, unit.Syntax.Span.End, start.Syntax.SpanStart, place, types))
                return Line(first);
        }
        return null;
    }

    /// <summary>What the call starts: the thread that it is called on, or, in a method of the same file, the argument or field that it surely starts.</summary>
    private static ThreadPlace? StartedBy(IInvocationOperation call, KnownTypes types)
    {
        if (ThreadMembers.Starts(call.TargetMethod, types))
            return ThreadPlace.Of(call.Instance);
        if (call is not { TargetMethod: { IsVirtual: false, IsAbstract: false, IsOverride: false } method, Instance: null or IInstanceReferenceOperation, SemanticModel: { } model } || !method.Locations.Any(location => location.IsInSource)
            || Work.BodyOf(method, model) is not { } body)
            return null;
        foreach (var start in body.OwnOperations().OfType<IInvocationOperation>().Where(inner => ThreadMembers.Starts(inner.TargetMethod, types)))
        {
            if (ThreadPlace.Of(start.Instance) is not { } started || !(started.Loop is { } loop ? start.SurelyRunsIn(BodyOf(loop)) && loop.SurelyRunsIn(body) : start.SurelyRunsIn(body)))
                continue;
            if (started.Root is IFieldSymbol)
                return started;
            if (call.Arguments.FirstOrDefault(argument => SymbolEqualityComparer.Default.Equals(argument.Parameter?.OriginalDefinition, started.Root)) is { } given && ThreadPlace.Of(given.Value) is { } place)
                return started.Loop is null ? place : place.Loop is null && place.Index is null ? place with { Loop = started.Loop } : null;
        }
        return null;
    }

    /// <summary>The function, and its operations; a lambda that sees each element of a collection is a part of the code around it.</summary>
    private static (IOperation Function, List<IOperation> Operations) OwnersOf(IOperation start, ThreadPlace place)
    {
        var function = place.Loop is IInvocationOperation query ? query.Function() : start.Function();
        return (function, function.OwnOperations().SelectMany(operation => operation is IAnonymousFunctionOperation lambda && IsOfQuery(lambda) ? lambda.OwnOperations().Prepend(operation) : [operation]).ToList());
    }

    private static bool IsOfQuery(IAnonymousFunctionOperation lambda) => lambda is { Symbol.Parameters.Length: 1, Parent: IDelegateCreationOperation { Parent: IArgumentOperation { Parent: IInvocationOperation } } };

    private static IOperation BodyOf(IOperation unit) => unit switch
    {
        ILoopOperation loop => loop.Body,
        IInvocationOperation query => query.Arguments.Select(argument => (argument.Value as IDelegateCreationOperation)?.Target as IAnonymousFunctionOperation).FirstOrDefault(lambda => lambda is not null)?.Body ?? unit,
        _ => unit,
    };

    /// <summary>Whether code between two places of the text, or code that may run in between, puts another thread there.</summary>
    private static bool IsReplaced(IOperation function, int from, int to, ThreadPlace place, KnownTypes types)
    {
        var isReplaced = function.Root().DescendantsAndSelf().Any(operation => place.IsReplacedBy(operation, types)
            && (operation.Function() != function || operation.Syntax.SpanStart >= from && operation.Syntax.SpanStart < to));
        return isReplaced || place.Root is IFieldSymbol field && IsWrittenElsewhere(field, function)
            && function.OwnOperations().Any(operation => operation.Syntax.SpanStart >= from && operation.Syntax.SpanStart < to && (operation is IAwaitOperation
                || operation is IInvocationOperation call && types[call.TargetMethod.ContainingType] == KnownType.None && call.TargetMethod.Locations.Any(location => location.IsInSource)));
    }

    private static bool IsWrittenElsewhere(IFieldSymbol field, IOperation function) => !field.IsReadOnly && (field.DeclaredAccessibility != Accessibility.Private
        || field.ContainingType.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree != function.Syntax.SyntaxTree
            || Words.In(reference.GetSyntax(), field.Name, CancellationToken.None).Any(token => !function.Syntax.Span.Contains(token.Span) && token.GetNextToken().ValueText == "=")));

    /// <summary>A thread that only constructors make, and that each of them starts.</summary>
    private static string? InConstructor(IInvocationOperation start, ThreadPlace place, OperationAnalysisContext action, KnownTypes types)
    {
        if (place is not { Root: IFieldSymbol { IsStatic: false } field, Index: null, Loop: null } || action.ContainingSymbol is not IMethodSymbol { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor), IsStatic: false }
            || start.SemanticModel is not { } model)
            return null;
        var constructors = field.ContainingType.InstanceConstructors;
        if (constructors.Any(constructor => constructor.IsImplicitlyDeclared || constructor.DeclaringSyntaxReferences.Any(reference => reference.SyntaxTree != model.SyntaxTree)) || !field.IsReadOnly && MemberUses.Of(field, action.Compilation, action.CancellationToken)?.All(IsRead) != true)
            return null;
        IOperation? first = null;
        foreach (var constructor in constructors)
        {
            if (Work.BodyOf(constructor, model) is not IConstructorBodyOperation { BlockBody: { } body })
                return null;
            first = body.OwnOperations().OfType<IInvocationOperation>().FirstOrDefault(call => ThreadMembers.Starts(call.TargetMethod, types) && ThreadPlace.Of(call.Instance) is { } other && place.IsCoveredBy(other) && call.SurelyRunsIn(body));
            if (first is null)
                return null;
        }
        return first is null ? null : Line(first);
    }

    private static bool IsRead(IOperation use) => !use.IsWritten() || use.Function() is IConstructorBodyOperation;

    /// <summary>A loop that starts in each round what was made before it.</summary>
    private static string? InLoop(IInvocationOperation start, ThreadPlace place, KnownTypes types)
    {
        if (place.Loop is not null || place.Index is { ConstantValue.HasValue: false })
            return null;
        IOperation inner = start;
        while (inner.Parent is { } outer and not ILoopOperation)
        {
            if (outer is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return null;
            inner = outer;
        }
        if (inner.Parent is not ILoopOperation { Body: var body } loop || inner != body || !start.SurelyRunsIn(body) || !MayRepeat(loop, start)
            || place.Root.DeclaringSyntaxReferences.Any(reference => loop.Syntax.Span.Contains(reference.Span))
            || loop.DescendantsAndSelf().Any(operation => place.IsReplacedBy(operation, types)) || IsReplaced(start.Function(), loop.Syntax.SpanStart, loop.Syntax.Span.End, place, types)
            || Condition(loop)?.DescendantsAndSelf().Any(place.Names) == true)
            return null;
        return "the loop starts it in each round though it was made before the loop";
    }

    private static IOperation? Condition(ILoopOperation loop) => loop switch
    {
        IWhileLoopOperation @while => @while.Condition,
        IForLoopOperation @for => @for.Condition,
        _ => null,
    };

    private static bool MayRepeat(ILoopOperation loop, IOperation start) =>
        !(loop is IWhileLoopOperation { Condition.ConstantValue: { HasValue: true, Value: false } })
        && !(loop.Body is IBlockOperation block && block.Operations.SkipWhile(statement => !statement.Syntax.Span.Contains(start.Syntax.Span)).Any(Succession.Leaves));
}
