using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>An expression whose monitor is taken, released, waited for or pulsed.</summary>
/// <param name="Expression">As written after <c>lock (</c> or as the argument of a method of <c>Monitor</c>.</param>
/// <param name="Value">Its meaning, conversions removed.</param>
/// <param name="Model">The meaning of its file.</param>
internal sealed record MonitorUse(ExpressionSyntax Expression, IOperation Value, SemanticModel Model)
{
    /// <summary>All uses of monitors in a compilation; the file of <paramref name="model"/> is read through that model.</summary>
    public static IEnumerable<MonitorUse> InCompilationOf(SemanticModel model, CancellationToken cancellation) =>
        from tree in model.Compilation.SyntaxTrees
        let own = tree == model.SyntaxTree
        from node in tree.GetRoot(cancellation).DescendantNodes()
        where node is LockStatementSyntax || node is InvocationExpressionSyntax { Expression: var called } && MayBeMonitor(called)
        from use in Of(node, own ? model : model.Compilation.GetSemanticModel(tree), cancellation)
        select use;

    /// <summary>
    /// Which object it is, in words that are equal only for one object in one instance: <c>this</c>, a <c>typeof</c>, a constant
    /// string, a field or property of <c>this</c> or of a type. Null for everything else.
    /// </summary>
    public static (Identity Kind, object What)? IdentityOf(IOperation value) => value switch
    {
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance, Type: { } type } => (Identity.This, type),
        ITypeOfOperation { TypeOperand: var type } => (Identity.TypeOf, type),
        { ConstantValue: { HasValue: true, Value: string text } } => (Identity.Text, text),
        IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: var field } => (Identity.Member, field),
        IPropertyReferenceOperation { Instance: null or IInstanceReferenceOperation, Arguments.IsEmpty: true, Property: var property } => (Identity.Member, property),
        _ => null,
    };

    /// <summary>Whether this use is of that object, plainly.</summary>
    public bool Is((Identity Kind, object What) wanted) => IdentityOf(Value) is { } own && Equal(own, wanted);

    /// <summary>Whether this use may be of that object in a way that the text does not show.</summary>
    public bool MayBe((Identity Kind, object What) wanted) =>
        IdentityOf(Value.Source()) is { } own && Equal(own, wanted) || wanted switch
        {
            (Identity.This, ITypeSymbol type) => Value.Type is null || Value is ILocalReferenceOperation or IParameterReferenceOperation && Value.Type.SpecialType == SpecialType.System_Object || Related(Value.Type, type),
            (Identity.TypeOf, ITypeSymbol) => Value is not ITypeOfOperation && KnownTypes.Of(Model.Compilation).Is(Value.Type, KnownType.MemberInfo),
            (Identity.Text, _) => Value.Type is { SpecialType: SpecialType.System_String } && !Value.ConstantValue.HasValue,
            (Identity.Member, ISymbol member) => (Value as IMemberReferenceOperation)?.Member is { } other && SymbolEqualityComparer.Default.Equals(other.OriginalDefinition, member.OriginalDefinition),
            _ => true,
        };

    private static bool Equal((Identity Kind, object What) left, (Identity Kind, object What) right) => left.Kind == right.Kind
        && (left.What is ISymbol symbol ? SymbolEqualityComparer.Default.Equals(symbol, right.What as ISymbol) : left.What.Equals(right.What));

    private static bool Related(ITypeSymbol left, ITypeSymbol right) => IsBase(left, right) || IsBase(right, left);

    private static bool IsBase(ITypeSymbol possible, ITypeSymbol type)
    {
        if (type.AllInterfaces.Any(face => SymbolEqualityComparer.Default.Equals(face.OriginalDefinition, possible.OriginalDefinition)))
            return true;
        for (ITypeSymbol? current = type; current is { SpecialType: not SpecialType.System_Object }; current = current.BaseType)
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, possible.OriginalDefinition))
                return true;
        return false;
    }

    private static bool MayBeMonitor(ExpressionSyntax called) => called switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        _ => "",
    } is "Enter" or "TryEnter" or "Exit" or "Wait" or "Pulse" or "PulseAll" or "IsEntered";

    private static IEnumerable<MonitorUse> Of(SyntaxNode node, SemanticModel model, CancellationToken cancellation)
    {
        if (model.GetOperation(node, cancellation) is not { } operation || MonitorLocks.UsedValue(operation, KnownTypes.Of(model.Compilation)) is not { } value)
            yield break;
        var expression = node is LockStatementSyntax @lock
            ? @lock.Expression
            : value.Syntax.FirstAncestorOrSelf<ArgumentSyntax>(argument => argument.Parent?.Parent == node)?.Expression;
        if (expression is not null)
            yield return new MonitorUse(expression, value, model);
    }
}

/// <summary>What names an object.</summary>
internal enum Identity
{
    /// <summary>The object that runs the code.</summary>
    This,
    /// <summary>The <c>Type</c> of a type.</summary>
    TypeOf,
    /// <summary>A constant string.</summary>
    Text,
    /// <summary>A field or property of <c>this</c> or of a type.</summary>
    Member,
}
