using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Background;

/// <summary>By which names the code that started some work may wait for its end: where the handle was put, and the signals that the work gives.</summary>
internal sealed class Handle
{
    private readonly HashSet<ISymbol> names = new(SymbolEqualityComparer.Default);
    private readonly KnownTypes types;

    private Handle(KnownTypes types) => this.types = types;

    /// <summary>The handle of some work; null where it is waited for in the very expression, or goes where it cannot be followed.</summary>
    public static Handle? Of(BackgroundWork work, KnownTypes types)
    {
        var handle = new Handle(types);
        foreach (var operation in work.Body.Descendants())
            if (Name(operation) is { } signal && Handles.IsSignal(operation.Type, types))
                handle.names.Add(signal);
        if (!handle.Follow(work.Site))
            return null;
        handle.FollowNames(work.Site.Root());
        return handle;
    }

    /// <summary>Whether the operation waits, or may wait, for the work to end.</summary>
    public bool IsWaitedForBy(IOperation operation) => operation switch
    {
        IAwaitOperation or IForEachLoopOperation => Mentions(operation),
        IInvocationOperation call => Handles.UseOf(call.TargetMethod, types) is HandleUse.Waits or HandleUse.Unknown
            && call.ChildOperations.Any(part => Mentions(part is IArgumentOperation argument ? argument.Value : part)),
        IPropertyReferenceOperation result => Handles.Waits(result.Property) && Mentions(result),
        IFlowCaptureOperation capture => Name(capture.Value) is { } name && names.Contains(name),
        _ => false,
    };

    /// <summary>Whether the operation asks how far the work is, or gives its handle to others who may wait.</summary>
    public bool IsPassedOnBy(IOperation operation) => operation switch
    {
        IInvocationOperation call => Handles.UseOf(call.TargetMethod, types) == HandleUse.Wraps && call.ChildOperations.Any(part => Mentions(part is IArgumentOperation argument ? argument.Value : part)),
        // A thread that is given a name or a priority is asked nothing.
        IPropertyReferenceOperation { Instance: { } instance } part => !part.IsWritten() && Mentions(instance),
        // An assertion that is given a lambda which awaits, for one.
        IFlowAnonymousFunctionOperation lambda => lambda.Syntax.DescendantNodes().OfType<IdentifierNameSyntax>().Any(word => names.Any(name => name.Name == word.Identifier.ValueText)),
        _ => false,
    };

    private bool Mentions(IOperation operation) =>
        operation.OwnOperations().Prepend(operation).Any(part => Name(part) is { } name && names.Contains(name));

    /// <summary>Follows a handle outwards from the expression that makes it; false where it is waited for there, or lost sight of.</summary>
    private bool Follow(IOperation value)
    {
        while (true)
        {
            switch (value.Parent)
            {
                case IExpressionStatementOperation or IReturnOperation { Kind: OperationKind.Return }: return true;
                case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation: value = value.Parent; break;
                case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }: return IsKeptIn(declarator.Symbol);
                case ISimpleAssignmentOperation { Target: IDiscardOperation }: return true;
                case ISimpleAssignmentOperation assignment when assignment.Value == value: return IsKeptIn(Root(assignment.Target));
                case IArgumentOperation { Parent: IInvocationOperation call }:
                    var use = Handles.UseOf(call.TargetMethod, types);
                    if (use == HandleUse.Stores)
                        return call.Instance is { } collection && IsKeptIn(Root(collection));
                    if (use != HandleUse.Wraps)
                        return false;
                    value = call;
                    break;
                case IInvocationOperation call when call.Instance == value:
                    switch (Handles.UseOf(call.TargetMethod, types))
                    {
                        case HandleUse.Wraps: value = call; break;
                        case HandleUse.Prepares: return true;
                        default: return false;
                    }
                    break;
                default: return false;
            }
        }
    }

    /// <summary>Adds the names that the handle gets later: what it is assigned to, and the collections that it is put into.</summary>
    private void FollowNames(IOperation root)
    {
        for (var known = 0; known != names.Count;)
        {
            known = names.Count;
            foreach (var operation in root.Descendants())
                if (operation switch
                {
                    ISimpleAssignmentOperation { Target: not IDiscardOperation } assignment when IsNamed(assignment.Value) => Root(assignment.Target),
                    IVariableDeclaratorOperation declarator when declarator.GetVariableInitializer() is { } initial && IsNamed(initial.Value) => declarator.Symbol,
                    IInvocationOperation { Instance: { } collection } call when Handles.UseOf(call.TargetMethod, types) == HandleUse.Stores && call.Arguments.Any(argument => IsNamed(argument.Value)) => Root(collection),
                    _ => null,
                } is { } name)
                    names.Add(name);
        }
    }

    private bool IsNamed(IOperation value) => Name(value.Unconverted()) is { } name && names.Contains(name);

    private bool IsKeptIn(ISymbol? place)
    {
        if (place is not null)
            names.Add(place);
        return place is not null;
    }

    /// <summary>The variable, field or property at the root of <c>x</c>, <c>this.x</c> or <c>x[i]</c>.</summary>
    private static ISymbol? Root(IOperation place) => place switch
    {
        IArrayElementReferenceOperation element => Root(element.ArrayReference),
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection } => Root(collection),
        _ => Name(place),
    };

    private static ISymbol? Name(IOperation operation) => operation switch
    {
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation { Property.IsIndexer: false } property => property.Property,
        _ => operation.Variable(),
    };
}
