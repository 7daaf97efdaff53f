using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Method;

/// <summary>Collections and sequences: uses of what they hold, and library methods that call their delegates at once.</summary>
internal sealed class Sequences(BodyWalk walk)
{
    private Recorder Recorder => walk.Recorder;

    /// <summary>A use of what an object holds, when its type is one that only one thread at a time may use.</summary>
    public void Content(Path? path, ITypeSymbol? type, AccessKind kind, SyntaxNode syntax)
    {
        if (type is IArrayTypeSymbol && (kind & AccessKind.Write) == 0)
            Recorder.Use(path?.Then(Path.Element), AccessKind.Read | kind & AccessKind.Enumeration, syntax);
        else if (Containers.IsUnsafeCollection(type, walk.Types))
            Recorder.Use(path, kind | AccessKind.Content | walk.Memory.Purpose, syntax);
        else if (Containers.IsUnsafeService(type, walk.Types))
            Recorder.Use(path, kind | AccessKind.Service, syntax);
    }

    /// <summary>The elements that the result of a call has: those of its source, or copies in a new collection.</summary>
    public Path? Flow(IOperation call, IMethodSymbol method, Path? source)
    {
        if (Containers.IsView(method))
            return source;
        if (!Containers.IsCopy(method) || source is null)
            return null;
        var made = walk.Creations.Allocate(call, KnownType.None, []);
        Recorder.Store(made.Then(Path.Element), source.Then(Path.Element), call.Syntax);
        return made;
    }

    /// <summary>
    /// The thread or task that a call takes out of a collection, or the one or the collection that it looks up in it; null where it
    /// gives another thing. Of other elements that are taken out it is not known who has them then.
    /// </summary>
    public Path? Handle(IInvocationOperation invocation, Path? source)
    {
        if (source?.Then(Path.Element) is not { } element)
            return null;
        foreach (var argument in invocation.Arguments)
            if (argument.Parameter is { RefKind: RefKind.Out, Type: var type } && IsFollowed(type, invocation.TargetMethod))
                walk.Writes.Write(argument.Value, element, AccessKind.Write, argument.Value);
        return IsFollowed(invocation.Type, invocation.TargetMethod) ? element : null;
    }

    private bool IsFollowed(ITypeSymbol? type, IMethodSymbol giver) => Effects.HandleKind(walk.Types[type]) is not null || Containers.LooksUp(giver) && Containers.IsUnsafeCollection(type, walk.Types);

    /// <summary>A framework method that calls its delegates before it returns: they are walked where they stand.</summary>
    /// <param name="call">The call.</param>
    /// <param name="method">The method, or one of its overloads where it is not known which.</param>
    /// <param name="instance">The receiver, as written.</param>
    /// <param name="arguments">The values that it is given.</param>
    public Path? CallNow(IOperation call, IMethodSymbol method, IOperation? instance, IReadOnlyList<IOperation> arguments, Path? receiver)
    {
        var source = receiver ?? (method.IsStatic && arguments is [var first, ..] ? walk.Visit(first) : null);
        var sourceType = walk.TypeOf(instance ?? arguments.FirstOrDefault());
        Content(source, sourceType, (Containers.Mutates(method) ? AccessKind.Write : AccessKind.Read) | AccessKind.Enumeration, call.Syntax);
        Path? result = null;
        foreach (var argument in arguments.Skip(method.IsStatic ? 1 : 0))
        {
            var value = argument.Unconverted();
            var function = (value as IDelegateCreationOperation)?.Target.Unconverted() ?? value;
            if (function is IAnonymousFunctionOperation { Symbol.IsAsync: false } lambda)
                result = Inline(lambda, source?.Then(Path.Element), Containers.LooksUp(method));
            else if (function is IAnonymousFunctionOperation or IMethodReferenceOperation)
                result = InLoop(function, source?.Then(Path.Element), call.Syntax);
            else
                walk.Visit(value);
        }
        if (!Containers.IsProjection(method))
            return Containers.LooksUp(method) && IsFollowed(call.Type, method) ? source?.Then(Path.Element) : Flow(call, method, source);
        var made = walk.Creations.Allocate(call, KnownType.None, []);
        Recorder.Store(made.Then(Path.Element), result, call.Syntax);
        return made;
    }

    /// <param name="lambda">What is called.</param>
    /// <param name="element">What it is given.</param>
    /// <param name="afterKey">Whether it is given that behind its key, and without it where it makes one.</param>
    private Path? Inline(IAnonymousFunctionOperation lambda, Path? element, bool afterKey)
    {
        Recorder.Enter(RegionKind.Loop);
        var before = Recorder.State;
        walk.Inlined.Add(lambda.Symbol);
        if (lambda.Symbol.Parameters.ElementAtOrDefault(afterKey ? 1 : 0) is { } parameter)
            walk.Memory.Bind(parameter, !afterKey || Containers.IsUnsafeCollection(parameter.Type, walk.Types) ? element : null, lambda.Syntax);
        Path? result = null;
        // The lambda's returns are not the body's, so its block is walked statement by statement.
        foreach (var statement in lambda.Body.Operations)
            if (statement is IReturnOperation @return)
                result = walk.Visit(@return.ReturnedValue);
            else
                walk.Visit(statement);
        Recorder.Leave();
        Recorder.State = before.Meet(Recorder.State);
        return result;
    }

    private Path? InLoop(IOperation function, Path? element, SyntaxNode syntax)
    {
        Recorder.Enter(RegionKind.Loop);
        var @delegate = walk.Visit(function);
        var number = Recorder.Add(number => new Call(number, Recorder.Region, Recorder.State.Locks, Recorder.Site(syntax), null, @delegate, null, [element], false, Recorder.State.AfterAwait, Recorder.State.AfterPause, Completion.Later));
        Recorder.Leave();
        return Path.Of(Root.Result, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
