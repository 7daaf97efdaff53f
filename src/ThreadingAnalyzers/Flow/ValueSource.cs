using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>
/// Where a value comes from, as far as names alone can say it: a local that is assigned exactly once stands for its value,
/// a readonly field with an initializer for that initializer. Whatever is not certain stands for itself.
/// </summary>
internal static class ValueSource
{
    /// <summary>More links than a chain of names has; a bound because broken code may go in circles.</summary>
    private const int Limit = 8;

    /// <summary>The expression that the value was first written as, conversions removed.</summary>
    public static IOperation Source(this IOperation value)
    {
        var source = value.Unconverted();
        for (var i = 0; i < Limit && Step(source) is { } next; i++)
            source = next.Unconverted();
        return source;
    }

    /// <summary>The value of a local that is assigned exactly once, or null.</summary>
    public static IOperation? OnlyValue(this ILocalReferenceOperation reference)
    {
        if (reference.Local.RefKind != RefKind.None)
            return null;
        IOperation? value = null;
        foreach (var operation in reference.Root().DescendantsAndSelf())
        {
            var written = operation switch
            {
                IVariableDeclaratorOperation declarator when SymbolEqualityComparer.Default.Equals(declarator.Symbol, reference.Local) => declarator.GetVariableInitializer()?.Value,
                ILocalReferenceOperation use when use.Names(reference.Local) => Written(use),
                _ => null,
            };
            if (written is null)
                continue;
            if (value is not null)
                return null;
            value = written;
        }
        return value is ILocalReferenceOperation self && self.Names(reference.Local) ? null : value;
    }

    /// <summary>All uses of a local in the whole member, in lambdas too.</summary>
    public static IEnumerable<ILocalReferenceOperation> Uses(this ILocalReferenceOperation reference) => reference.Root()
        .DescendantsAndSelf()
        .OfType<ILocalReferenceOperation>()
        .Where(use => use.Names(reference.Local));

    /// <summary>Whether the local is used here by a lambda or local function other than the one that declares it.</summary>
    public static bool IsCaptured(this ILocalReferenceOperation use) => IsCaptured(use, use.Local);

    /// <summary>The same of a use of a local or parameter.</summary>
    public static bool IsCaptured(this IOperation use, ISymbol variable) => use.Function() switch
    {
        IAnonymousFunctionOperation lambda => !SymbolEqualityComparer.Default.Equals(lambda.Symbol, variable.ContainingSymbol),
        ILocalFunctionOperation function => !SymbolEqualityComparer.Default.Equals(function.Symbol, variable.ContainingSymbol),
        _ => false,
    };

    /// <summary>The one expression that a method, or a property's getter, consists of; null for more code and for what a derived type can replace.</summary>
    public static ExpressionSyntax? OnlyResult(this ISymbol member)
    {
        if (member.IsAbstract || member.IsVirtual || (member.IsOverride && !member.IsSealed))
            return null;
        var body = (member as IMethodSymbol)?.PartialImplementationPart ?? member;
        return body.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() switch
        {
            PropertyDeclarationSyntax { ExpressionBody: { } arrow } => arrow.Expression,
            PropertyDeclarationSyntax { AccessorList: { } accessors } => accessors.Accessors.FirstOrDefault(accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration)) is { } getter
                ? Only(getter.ExpressionBody, getter.Body) : null,
            MethodDeclarationSyntax method => Only(method.ExpressionBody, method.Body),
            LocalFunctionStatementSyntax function => Only(function.ExpressionBody, function.Body),
            _ => null,
        };

        static ExpressionSyntax? Only(ArrowExpressionClauseSyntax? arrow, BlockSyntax? block) =>
            arrow?.Expression ?? (block is { Statements: [ReturnStatementSyntax { Expression: { } result }] } ? result : null);
    }

    /// <summary>The lambda or method group that the one constructor of the type gives a readonly field; null where it is given anything else.</summary>
    public static IOperation? OnlyDelegate(this IFieldReferenceOperation reference)
    {
        if (reference.Field.OriginalDefinition is not { IsReadOnly: true, IsStatic: false, ContainingType: { InstanceConstructors: [{ IsImplicitlyDeclared: false } constructor] } } field
            || constructor.DeclaringSyntaxReferences is not [{ SyntaxTree: var tree }] || tree != reference.Syntax.SyntaxTree || reference.SemanticModel is not { } model || Work.BodyOf(constructor, model) is not { } body)
            return null;
        var writes = body.Descendants().OfType<IFieldReferenceOperation>().Where(use => SymbolEqualityComparer.Default.Equals(use.Field.OriginalDefinition, field) && use.IsWritten()).ToList();
        return writes is [{ Parent: ISimpleAssignmentOperation { Value: var value } }] && value.Unconverted() is IDelegateCreationOperation or IAnonymousFunctionOperation or IMethodReferenceOperation ? value : null;
    }

    private static IOperation? Step(IOperation value) => value switch
    {
        ILocalReferenceOperation local => local.OnlyValue(),
        IFieldReferenceOperation { Field: { IsReadOnly: true } field } => Initializer(field, value),
        _ => null,
    };

    private static IOperation? Initializer(IFieldSymbol field, IOperation use) =>
        field.DeclaringSyntaxReferences is [{ } reference] && reference.SyntaxTree == use.Syntax.SyntaxTree
        && reference.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value }
            ? use.SemanticModel?.GetOperation(value)
            : null;

    /// <summary>The value that this use writes: null when it only reads, the use itself when the value is unknown.</summary>
    private static IOperation? Written(ILocalReferenceOperation use) =>
        use.Parent is ISimpleAssignmentOperation { IsRef: false } assignment && assignment.Target == use ? assignment.Value : use.IsWritten() ? use : null;
}
