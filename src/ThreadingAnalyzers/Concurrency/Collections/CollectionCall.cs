using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Collections;

/// <summary>One use of a concurrent collection: what it does, with which collection, under which key.</summary>
/// <param name="Use">What it does.</param>
/// <param name="Operation">The call, indexer or property.</param>
/// <param name="Collection">The collection, as written.</param>
/// <param name="Key">The key, where it has one.</param>
internal sealed record CollectionCall(CollectionUse Use, IOperation Operation, IOperation Collection, IOperation? Key)
{
    /// <summary>The use that an operation is; null where it is none.</summary>
    public static CollectionCall? Of(IOperation operation, KnownTypes types) => operation switch
    {
        IInvocationOperation call => Of(call, types),
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } collection, Arguments: [{ Value: var key }] } element when IsDictionary(collection, types) =>
            new(element.Parent is ISimpleAssignmentOperation assignment && assignment.Target == element ? CollectionUse.Sets : CollectionUse.Gets, element, collection.Unconverted(), key.Unconverted()),
        IPropertyReferenceOperation { Property: var property, Instance: { } collection } count when ConcurrentCollections.IsCount(property) && IsConcurrent(collection, types) =>
            new(CollectionUse.AsksCount, count, collection.Unconverted(), null),
        _ => null,
    };

    private static CollectionCall? Of(IInvocationOperation call, KnownTypes types)
    {
        var method = call.TargetMethod;
        var receiver = call.Instance ?? (method.IsExtensionMethod ? call.Arguments.FirstOrDefault()?.Value : null);
        if (receiver is null)
            return null;
        receiver = receiver.Unconverted();
        if (ConcurrentCollections.AsksElement(method) && receiver is IPropertyReferenceOperation { Property: var keys, Instance: { } viewed } && ConcurrentCollections.IsKeys(keys) && IsDictionary(viewed, types))
            return new CollectionCall(CollectionUse.AsksKey, call, viewed.Unconverted(), call.Arguments.LastOrDefault()?.Value.Unconverted());
        if (call.Instance is null)
            return types[method.ContainingType] == KnownType.Enumerable && ConcurrentCollections.QueryOf(method, IsDictionary(receiver, types)) is var query and not CollectionUse.None && IsConcurrent(receiver, types)
                ? new CollectionCall(query, call, receiver, null) : null;
        var isDictionary = IsDictionary(receiver, types);
        if (!isDictionary && !IsConcurrent(receiver, types))
            return null;
        var use = ConcurrentCollections.UseOf(method, isDictionary);
        return use == CollectionUse.None ? null
            : new CollectionCall(use, call, receiver, isDictionary ? call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value.Unconverted() : null);
    }

    /// <summary>Whether both are of one collection, as far as the words tell.</summary>
    public bool IsOf(CollectionCall other) => Collection.IsSameAs(other.Collection);

    /// <summary>Whether both have the same key, as far as the words tell.</summary>
    public bool HasKeyOf(CollectionCall other) => Key is not null && other.Key is not null && SyntaxFactory.AreEquivalent(Key.Syntax, other.Key.Syntax);

    /// <summary>Whether nobody looks at the result.</summary>
    public bool IsDropped => Operation.Parent is IExpressionStatementOperation;

    /// <summary>The argument that the call gives a value out of the collection, as the local that is declared or written; null where there is none.</summary>
    public ILocalSymbol? Out => Operation is not IInvocationOperation call ? null : call.Arguments
        .Where(argument => argument.Parameter?.RefKind == RefKind.Out)
        .Select(argument => argument.Value switch
        {
            IDeclarationExpressionOperation { Expression: ILocalReferenceOperation declared } => declared.Local,
            ILocalReferenceOperation local => local.Local,
            _ => null,
        }).FirstOrDefault();

    /// <summary>What is put into the collection; null where the use puts nothing in.</summary>
    public IOperation? Value => Use switch
    {
        CollectionUse.Sets => ((ISimpleAssignmentOperation)Operation.Parent!).Value,
        CollectionUse.Adds or CollectionUse.TriesToAdd => ((IInvocationOperation)Operation).Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 1)?.Value,
        _ => null,
    };

    /// <summary>
    /// Whether other threads can use the collection while this code does: it is no local that the running function has made
    /// and keeps to itself, nor a part of what a caller gives it whose type is declared elsewhere: that may be of one request.
    /// </summary>
    public bool IsShared => Collection switch
    {
        ILocalReferenceOperation local => local.IsCaptured() || local.OnlyValue()?.Unconverted() is not (null or IObjectCreationOperation),
        IParameterReferenceOperation or IFieldReferenceOperation => true,
        IPropertyReferenceOperation { Property: { IsIndexer: false, ContainingType: var declaring } } part => part.Instance is not IParameterReferenceOperation || declaring.Locations.Any(location => location.IsInSource),
        _ => false,
    };

    /// <summary>Whether the key is the running thread's own.</summary>
    public bool IsOwnKey => Key?.Source().DescendantsAndSelf().Any(part => part is IMemberReferenceOperation member && ConcurrentCollections.IsThreadId(member.Member)) == true;

    /// <summary>
    /// Whether some code of the type, or of the function for a local, takes elements out. Read off the text, as evidence that it is done
    /// at all.
    /// </summary>
    public bool IsTakenOut(CancellationToken cancellation)
    {
        var (name, scopes) = Collection switch
        {
            IMemberReferenceOperation { Member: var member } => (member.Name, member.ContainingType.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation))),
            ILocalReferenceOperation { Local: var local } => (local.Name, [Operation.Root().Syntax]),
            _ => ("", []),
        };
        return scopes.SelectMany(scope => scope.DescendantNodes().OfType<InvocationExpressionSyntax>()).Any(call => !call.Span.Contains(Operation.Syntax.Span) && call.Expression switch
        {
            MemberAccessExpressionSyntax access => ConcurrentCollections.TakesOut(access.Name.Identifier.ValueText) && Last(access.Expression) == name,
            MemberBindingExpressionSyntax binding => ConcurrentCollections.TakesOut(binding.Name.Identifier.ValueText) && call.Parent is ConditionalAccessExpressionSyntax access && Last(access.Expression) == name,
            _ => false,
        });
    }

    /// <summary>Whether code elsewhere in the program, other than where the object is made and other than what this member itself calls or starts, puts elements into the field or property.</summary>
    public bool IsFilledElsewhere(KnownTypes types, CancellationToken cancellation) => Collection is IMemberReferenceOperation { Member: var member } && Operation.SemanticModel is { Compilation: var compilation }
        && MemberUses.InSource(member, compilation, cancellation).Any(use => use.Root().Syntax != Operation.Root().Syntax && use.Method() is not { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } and var filler && !IsNamedHere(filler)
            && use.Parent is { } parent && (Of(parent, types) ?? (parent.Parent is { } outer ? Of(outer, types) : null)) is { Use: CollectionUse.Sets or CollectionUse.Adds or CollectionUse.TriesToAdd or CollectionUse.GetsOrAdds or CollectionUse.Updates } put && put.Collection == use);

    private bool IsNamedHere(IMethodSymbol? method) => method is not null && Operation.Root().Descendants().Any(part =>
        part is IInvocationOperation { TargetMethod: var called } && SymbolEqualityComparer.Default.Equals(called, method) || part is IMethodReferenceOperation { Method: var given } && SymbolEqualityComparer.Default.Equals(given, method));

    private static string? Last(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        ParenthesizedExpressionSyntax { Expression: CastExpressionSyntax cast } => Last(cast.Expression),
        _ => null,
    };

    private static bool IsDictionary(IOperation collection, KnownTypes types) => ConcurrentCollections.IsDictionary(TypeOf(collection), types);

    private static bool IsConcurrent(IOperation collection, KnownTypes types) => ConcurrentCollections.Is(TypeOf(collection), types);

    /// <summary>The type of the object: what an interface hides is known where the field or local says what it is made as.</summary>
    private static ITypeSymbol? TypeOf(IOperation collection)
    {
        var plain = collection.Unconverted();
        return plain.Type is { TypeKind: TypeKind.Interface } ? plain.Source().Type : plain.Type;
    }
}
