using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// The fix of locks on a wrong object: the type gets a private object, and all its uses of the wrong object's monitor turn to
/// it at once, since code that still used the old one would no longer be excluded. Offered only where all of them are seen.
/// </summary>
public abstract class PrivateFieldFix : Fix
{
    private readonly string title;

    private protected PrivateFieldFix(DiagnosticDescriptor rule, string title = "Lock on a private field") : base(rule) => this.title = title;

    private protected sealed override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Model.GetOperation(finding.Node, finding.Cancellation) is not { } written
            || finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || finding.Model.GetDeclaredSymbol(declaration, finding.Cancellation) is not { } type)
            yield break;
        var uses = MonitorUse.InCompilationOf(finding.Model, finding.Cancellation).ToList();
        var locked = uses.FirstOrDefault(use => use.Expression.Span.Contains(finding.Node.Span) && use.Model == finding.Model)?.Value ?? written;
        if (ToReplace(locked, type, uses, finding.Model.Compilation) is not ({ Count: > 0 } replaced, var isStatic))
            yield break;
        isStatic |= replaced.Any(use => IsStatic(use));
        if ((!isStatic && replaced.Any(use => IsBeforeConstruction(use.Expression))) || PrivateGate.For(finding.Node, type, isStatic, KnownTypes.Of(finding.Model.Compilation)) is not { } gate)
            yield break;
        var unneeded = (locked as ILocalReferenceOperation)?.Local.DeclaringSyntaxReferences[0].GetSyntax(finding.Cancellation).FirstAncestorOrSelf<LocalDeclarationStatementSyntax>();
        if (locked is ILocalReferenceOperation && !IsOnlyThat(unneeded))
            yield break;
        yield return new Remedy(title, editor =>
        {
            if (unneeded is not null)
                editor.RemoveNode(unneeded, SyntaxRemoveOptions.KeepNoTrivia);
            gate.LockFrom(editor, replaced.Select(use => use.Expression));
        });
    }

    /// <summary>The uses to turn to the new field and whether it must be static; null when some use of the object may be unseen.</summary>
    private static (List<MonitorUse> Uses, bool IsStatic)? ToReplace(IOperation locked, INamedTypeSymbol type, List<MonitorUse> uses, Compilation compilation)
    {
        var own = uses.Where(use => use.Model.SyntaxTree == locked.Syntax.SyntaxTree && IsIn(type, use)).ToList();
        if (MonitorUse.IdentityOf(locked) is { } identity)
        {
            // A member of type object is there to be locked: it wants mending itself, not a second one beside it.
            if (identity is (Identity.Member, _) && (locked.Type is { SpecialType: SpecialType.System_Object } || ((IMemberReferenceOperation)locked).Member.OnlyResult() is not null))
                return null;
            var same = own.Where(use => use.Is(identity)).ToList();
            var isStatic = identity is (Identity.TypeOf or Identity.Text, _) or (Identity.Member, ISymbol { IsStatic: true });
            return uses.Except(same).Any(use => use.MayBe(identity)) || HasUnseenUse(identity, type, compilation) ? null : (same, isStatic);
        }
        // New objects have no use in common; but where the type has a lock already, only its author knows whether that one was meant.
        if (uses.Any(use => IsIn(type, use) && MonitorUse.IdentityOf(use.Value) is not null))
            return null;
        if (IsPlainCreation(locked))
            return (own.Where(use => IsPlainCreation(use.Value)).ToList(), false);
        if (locked is not ILocalReferenceOperation reference || reference.OnlyValue() is not { } value || !IsPlainCreation(value.Unconverted()))
            return null;
        var locals = own.Where(use => use.Value.Names(reference.Local)).ToList();
        return reference.Uses().Count() == locals.Count ? (locals, false) : null;
    }

    /// <summary>Whether code that the compilation does not show as a use, may use the object's monitor: a synchronized method, a base class of another assembly.</summary>
    private static bool HasUnseenUse((Identity Kind, object What) identity, INamedTypeSymbol type, Compilation compilation) => identity switch
    {
        (Identity.This, _) => Bases(type).Any(@base => @base.DeclaringSyntaxReferences.IsEmpty || HasSynchronized(@base, isStatic: false)) || Derived(type, compilation).Any(derived => HasSynchronized(derived, isStatic: false)),
        (Identity.TypeOf, INamedTypeSymbol of) => HasSynchronized(of, isStatic: true),
        (Identity.TypeOf, _) => true,
        (Identity.Member, IPropertySymbol { IsVirtual: true } or IPropertySymbol { IsOverride: true }) => true,
        _ => false,
    };

    private static bool HasSynchronized(INamedTypeSymbol type, bool isStatic) => type.GetMembers().OfType<IMethodSymbol>()
        .Any(method => method.IsStatic == isStatic && (method.MethodImplementationFlags & MethodImplAttributes.Synchronized) != 0);

    private static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (var current = type; current is { SpecialType: not SpecialType.System_Object }; current = current.BaseType)
            yield return current.OriginalDefinition;

        // An unknown base ends the chain before 'object' and may lock whatever it likes.
        if (type.BaseType is { TypeKind: TypeKind.Error } unknown)
            yield return unknown;
    }

    private static IEnumerable<INamedTypeSymbol> Derived(INamedTypeSymbol type, Compilation compilation) => compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type)
        .OfType<INamedTypeSymbol>()
        .Where(candidate => !SymbolEqualityComparer.Default.Equals(candidate, type) && Bases(candidate).Any(@base => SymbolEqualityComparer.Default.Equals(@base, type)));

    private static bool IsIn(INamedTypeSymbol type, MonitorUse use) =>
        SymbolEqualityComparer.Default.Equals(use.Model.GetEnclosingSymbol(use.Expression.SpanStart)?.ContainingType, type);

    private static bool IsStatic(MonitorUse use)
    {
        for (var symbol = use.Model.GetEnclosingSymbol(use.Expression.SpanStart); symbol is not (null or INamedTypeSymbol); symbol = symbol.ContainingSymbol)
            if (symbol.IsStatic)
                return true;
        return false;
    }

    /// <summary>Whether the code stands where an instance's fields cannot be named: in an initializer or a call of another constructor.</summary>
    private static bool IsBeforeConstruction(SyntaxNode node) =>
        node.Ancestors().TakeWhile(ancestor => ancestor is not TypeDeclarationSyntax).Any(ancestor => ancestor is ConstructorInitializerSyntax or FieldDeclarationSyntax)
        || node.Ancestors().Any(ancestor => ancestor is EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax } or BaseListSyntax);

    /// <summary>Whether a declaration can vanish: it declares one local and says nothing in comments.</summary>
    private static bool IsOnlyThat(LocalDeclarationStatementSyntax? declaration) =>
        declaration is { Parent: BlockSyntax, Declaration.Variables: [{ Initializer: not null }] }
        && declaration.GetLeadingTrivia().Concat(declaration.GetTrailingTrivia()).All(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia) || trivia.IsKind(SyntaxKind.EndOfLineTrivia));

    private static bool IsPlainCreation(IOperation value) => value is IObjectCreationOperation { Arguments.IsEmpty: true, Initializer: null, Type.SpecialType: SpecialType.System_Object };
}
