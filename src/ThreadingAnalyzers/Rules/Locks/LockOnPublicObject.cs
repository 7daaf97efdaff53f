using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock on an object that code elsewhere reaches and can lock, or replace, too: <c>this</c> of a type that other
/// assemblies see, a <c>typeof</c>, a field or property that they can assign.
/// Source: the documentation of the <c>lock</c> statement, "Guidelines", learn.microsoft.com/dotnet/csharp/language-reference/statements/lock.
/// </summary>
public sealed class LockOnPublicObject() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4001", since: "1.0", Category.Locks, DiagnosticSeverity.Warning,
        title: "A lock should be taken on an object that only its owner reaches",
        message: "'{0}' {1}: lock a private readonly object",
        why: "Code that you do not know can lock the same object and hold it as long as it likes, and then yours waits for it or both wait for each other. If it can replace the object, two threads hold two different locks and exclude nobody.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var hasOutside = context.Compilation.HasOutside();
        MonitorLocks.Watch(context, types, (action, locked) =>
        {
            var source = locked.Source();
            if ((Reach(source, hasOutside) ?? Replacement(locked, hasOutside)) is { } reach)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, locked.Syntax.GetLocation(), source.Syntax, reach));
        });
    }

    /// <summary>How others reach the object, as the end of a sentence, or null when they do not.</summary>
    private static string? Reach(IOperation source, bool hasOutside) => source switch
    {
        ITypeOfOperation => "is one object for all code, which can lock it too and stop this code",
        IPropertyReferenceOperation { Property: var property } when property.OnlyResult() is TypeOfExpressionSyntax =>
            "is a 'Type', one object for all code, which can lock it too and stop this code",
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance, Type: INamedTypeSymbol { IsReferenceType: true } type }
            when hasOutside && type.IsVisibleOutside() && !PublishesItself(type) => $"is known to every user of '{type.Name}', who can lock it too and stop this code",
        _ => null,
    };

    /// <summary>How others replace the member that is locked. A local that was read from it once stays the same lock, whatever becomes of the member.</summary>
    private static string? Replacement(IOperation locked, bool hasOutside) => locked switch
    {
        IFieldReferenceOperation { Field: { IsReadOnly: false, IsConst: false } field } when hasOutside && IsOurs(field) && IsPublic(field) => Replaceable(field),
        IPropertyReferenceOperation { Property: { SetMethod: { IsInitOnly: false } setter } property }
            when hasOutside && IsOurs(property) && IsPublic(setter) && IsPublic(property) && IsAuto(property) => Replaceable(property),
        _ => null,
    };

    private static string Replaceable(ISymbol member) => $"can be replaced by every user of '{member.ContainingType.Name}', and then two threads hold two locks";

    /// <summary>A protected member is visible too, but for derived types alone, and those do not replace a lock that is not theirs: silent.</summary>
    private static bool IsPublic(ISymbol member) => member.DeclaredAccessibility == Accessibility.Public && member.IsVisibleOutside();

    /// <summary>Whether the program declares the member; who writes an element of a tuple has the whole tuple, and nobody else has.</summary>
    private static bool IsOurs(ISymbol member) => !member.DeclaringSyntaxReferences.IsEmpty && !member.ContainingType.IsTupleType;

    private static bool IsAuto(IPropertySymbol property) => property.ContainingType.GetMembers()
        .Any(member => member is IFieldSymbol { AssociatedSymbol: { } associated } && SymbolEqualityComparer.Default.Equals(associated, property.OriginalDefinition));

    /// <summary>A type whose <c>SyncRoot</c> is the object itself has made the lock a part of its contract, as the first collections of the framework did.</summary>
    private static bool PublishesItself(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (current.GetMembers().Any(member => member is IPropertySymbol { Type.SpecialType: SpecialType.System_Object } property
                && property.OnlyResult() is ThisExpressionSyntax))
                return true;
        return false;
    }
}
