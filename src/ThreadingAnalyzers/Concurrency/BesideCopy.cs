using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Method;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency;

/// <summary>A read of a field that code has copied to a local, and of which it has tested the copy: what it finds is not what was tested.</summary>
/// <param name="Read">The read.</param>
/// <param name="Copy">The local.</param>
/// <param name="Write">Where the field is set to null.</param>
internal sealed record BesideCopy(IFieldReferenceOperation Read, ILocalSymbol Copy, IOperation Write)
{
    /// <summary>Words of memory that several threads are to use.</summary>
    private static readonly ImmutableArray<string> Shared = ImmutableArray.Create("lock", "volatile", nameof(Interlocked), nameof(Volatile), nameof(Monitor));

    /// <summary>The read as one beside a copy; null where no copy is tested before, or where nothing tells of several threads.</summary>
    public static BesideCopy? Of(IFieldReferenceOperation read, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        if (read is not { Instance: null or IInstanceReferenceOperation, Field: { IsReadOnly: false, IsConst: false, Type.IsReferenceType: true, DeclaringSyntaxReferences.IsEmpty: false } field }
            || !Rereads.IsRelied(read) || CopyBefore(read.Syntax, field.Name) is not { } declarator)
            return null;
        var own = read.Function().OwnOperations().ToList();
        if (own.OfType<IVariableDeclaratorOperation>().FirstOrDefault(declared => declared.Syntax == declarator) is not { Symbol: { RefKind: RefKind.None } copy } declaration
            || declaration.GetVariableInitializer()?.Value.Unconverted() is not { } copied || !IsOf(copied, field))
            return null;
        var uses = own.Where(operation => operation.Names(copy)).ToList();
        return !uses.Any(use => use.IsWritten()) && uses.Any(use => Guards(use, read)) && !own.Any(between => IsBetween(between, copied, read) && MayChange(between, field))
            && !Exclusion.IsAlone(read, types, compilation, cancellation) && IsThreaded(field.ContainingType, cancellation) && NullWrite(field, compilation, cancellation) is { } write ? new BesideCopy(read, copy, write) : null;
    }

    /// <summary>The declaration, in a block around the read and before it, of a local that is given the field's name.</summary>
    private static VariableDeclaratorSyntax? CopyBefore(SyntaxNode read, string field) =>
        (from statement in read.Ancestors().TakeWhile(node => node is not (MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax)).OfType<StatementSyntax>()
         where statement.Parent is BlockSyntax
         from before in ((BlockSyntax)statement.Parent!).Statements.TakeWhile(other => other != statement).OfType<LocalDeclarationStatementSyntax>()
         from variable in before.Declaration.Variables
         where variable.Initializer?.Value is IdentifierNameSyntax { Identifier.ValueText: var plain } && plain == field || variable.Initializer?.Value is MemberAccessExpressionSyntax { Name.Identifier.ValueText: var member } && member == field
         select variable).FirstOrDefault();

    /// <summary>Whether the use tests the copy, and the read comes only where that is not null.</summary>
    private static bool Guards(IOperation use, IOperation read) => NullTest.Of(use) is var (test, isNull) && Branches.Of(test) is var branches
        && (isNull ? branches.WhenFalse : branches.WhenTrue).Any(part => part.Syntax.Span.Contains(read.Syntax.Span));

    private static bool IsOf(IOperation operation, IFieldSymbol field) => operation is IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation } use && SymbolEqualityComparer.Default.Equals(use.Field, field);

    private static bool IsBetween(IOperation operation, IOperation from, IOperation to) => operation.Syntax.SpanStart > from.Syntax.Span.End && operation.Syntax.Span.End <= to.Syntax.SpanStart;

    /// <summary>Whether the field may have another value afterwards by the code's own doing: it is written, or code of the type is called or awaited that may.</summary>
    private static bool MayChange(IOperation operation, IFieldSymbol field) => operation is IAwaitOperation || IsOf(operation, field) && operation.IsWritten()
        || operation is IInvocationOperation { TargetMethod: var method, Instance: null or IInstanceReferenceOperation } && !method.DeclaringSyntaxReferences.IsEmpty;

    private static IOperation? NullWrite(IFieldSymbol field, Compilation compilation, CancellationToken cancellation) => MemberUses.InSource(field, compilation, cancellation).FirstOrDefault(use =>
        use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use && NullTest.IsNull(assignment.Value) && use.Method() is { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) });

    /// <summary>Whether the type's text has a word of threads: a lock, an atomic or volatile access, a start.</summary>
    private static bool IsThreaded(INamedTypeSymbol type, CancellationToken cancellation) => type.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellation)).Any(part =>
        Shared.Any(word => Words.In(part, word, cancellation).Any()) || Spawn.MayBeIn(part, cancellation));
}
