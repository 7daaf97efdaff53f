using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Ownership;

/// <summary>Who has an object, and who ends it, as far as the source shows.</summary>
internal sealed class Custody : Trace
{
    private readonly HashSet<ITypeSymbol> parts = new(SymbolEqualityComparer.Default);
    private readonly Obligation obligation;

    private Custody(Obligation obligation, Compilation compilation, CancellationToken cancellation) : base(KnownTypes.Of(compilation), compilation, cancellation) => this.obligation = obligation;

    /// <summary>The operations that end it.</summary>
    public List<IOperation> Ends { get; } = [];

    /// <summary>The other calls on it.</summary>
    public List<IInvocationOperation> Calls { get; } = [];

    /// <summary>The properties of it that are read or written.</summary>
    public List<IPropertyReferenceOperation> Properties { get; } = [];

    /// <summary>The field or property that holds it; null where only locals do.</summary>
    public ISymbol? Field => Owners.FirstOrDefault();

    /// <summary>The custody of the object that an expression makes.</summary>
    public static Custody Of(IOperation made, Obligation obligation, Compilation compilation, CancellationToken cancellation)
    {
        var custody = new Custody(obligation, compilation, cancellation);
        custody.Follow([made]);
        return custody;
    }

    /// <inheritdoc/>
    protected override bool IsOne(ITypeSymbol type) => obligation.Fits(type) || parts.Contains(type.OriginalDefinition);

    /// <inheritdoc/>
    protected override IOperation? Read(IPropertyReferenceOperation property)
    {
        if (obligation.IsPart(property.Property))
        {
            parts.Add(property.Property.Type.OriginalDefinition);
            return property;
        }
        if (obligation.IsEnd(property))
            return End(property);
        Properties.Add(property);
        return null;
    }

    /// <inheritdoc/>
    protected override IOperation? Called(IInvocationOperation call)
    {
        if (obligation.IsEnd(call))
            return End(call);
        Calls.Add(call);
        // A call that gives the object itself, so that the next can be written behind it.
        return call.Type is { SpecialType: not SpecialType.System_Object } type && (obligation.IsBase(type) || obligation.Fits(type) && SymbolEqualityComparer.Default.Equals(type, call.TargetMethod.ContainingType)) ? call : null;
    }

    /// <inheritdoc/>
    protected override IOperation? Used(IOperation user) => user switch
    {
        IUsingOperation or IUsingDeclarationOperation => obligation.IsEnd(user) ? End(user) : null,
        IMethodReferenceOperation group when !PoolMembers.Ends(group.Method) => null,
        IForEachLoopOperation => null,
        _ => base.Used(user),
    };

    /// <inheritdoc/>
    protected override bool IsBorrowed(ISymbol taker, IOperation borrower) => PoolMembers.Borrows(taker, Types) && (borrower is IInvocationOperation || borrower is IObjectCreationOperation made && StaysHere(made));

    /// <summary>Whether an object that uses this one without ending it is given to no one but the framework's own methods.</summary>
    private static bool StaysHere(IObjectCreationOperation borrower) => borrower.Parent switch
    {
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { RefKind: RefKind.None } local } } => borrower.Root().Descendants().Where(use => use.Names(local)).All(IsUsedHere),
        _ => IsUsedHere(borrower),
    };

    private static bool IsUsedHere(IOperation use) => use.Parent is IInvocationOperation call && call.Instance == use || use.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.DeclaringSyntaxReferences.IsEmpty: true } };

    private IOperation? End(IOperation end)
    {
        Ends.Add(end);
        return null;
    }
}
