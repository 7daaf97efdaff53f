using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>State that each thread has for itself: <c>[ThreadStatic]</c> fields and the values of <c>ThreadLocal</c>.</summary>
internal static class ThreadStatics
{
    private static readonly WordSet Names = new("ThreadStatic", "ThreadStaticAttribute", "ThreadLocal");

    /// <summary>The words without which no code of the program names such state that the program declares.</summary>
    public static WordSet In(Compilation compilation, CancellationToken cancellation) => new(
        [.. from tree in compilation.SyntaxTrees
            where Names.IsIn(tree, cancellation)
            from name in Words.In(tree.GetRoot(cancellation), "ThreadLocal", cancellation).Select(static _ => "Value")
                .Concat(Names.TokensIn(tree.GetRoot(cancellation), cancellation).Select(word => word.Parent!.FirstAncestorOrSelf<FieldDeclarationSyntax>()).OfType<FieldDeclarationSyntax>().SelectMany(field => field.Declaration.Variables).Select(field => field.Identifier.ValueText))
            group name by name into named
            select named.Key]);

    /// <summary>The field or <c>ThreadLocal</c> whose value for this thread the operation reads or writes; null for another operation.</summary>
    public static ISymbol? Of(IOperation operation, KnownTypes types) => operation switch
    {
        IFieldReferenceOperation { Field: { IsStatic: true } field } => IsThreadStatic(field, types) ? field : null,
        IPropertyReferenceOperation { Property: { Name: "Value" } property, Instance: { } local } when types[property.ContainingType] == KnownType.ThreadLocal => local switch
        {
            IFieldReferenceOperation { Field: var field } => field,
            IPropertyReferenceOperation { Property: var held } => held,
            ILocalReferenceOperation { Local: var variable } => variable,
            IParameterReferenceOperation { Parameter: var parameter } => parameter,
            _ => null,
        },
        _ => null,
    };

    /// <summary>Whether each thread has its own value of the field.</summary>
    public static bool IsThreadStatic(IFieldSymbol field, KnownTypes types) => field.GetAttributes().Any(attribute => types[attribute.AttributeClass] == KnownType.ThreadStaticAttribute);

    /// <summary>Whether the property gives the values of all threads.</summary>
    public static bool IsAllValues(IPropertySymbol property, KnownTypes types) => property.Name == "Values" && types[property.ContainingType] == KnownType.ThreadLocal;

    /// <summary>Whether the creation asks to keep the values of all threads; null where that is not known.</summary>
    public static bool? TracksAll(IObjectCreationOperation creation) =>
        creation.Arguments.FirstOrDefault(argument => argument.Parameter is { Type.SpecialType: SpecialType.System_Boolean }) is { } argument
            ? argument.Value.ConstantValue is { HasValue: true, Value: bool tracks } ? tracks : null
            : false;

    /// <summary>Whether a method so called checks that the code which it is given fails.</summary>
    public static bool ExpectsFailure(IMethodSymbol method) => method.Name.StartsWith("Throws", StringComparison.Ordinal) || method.Name.StartsWith("ThrowsAsync", StringComparison.Ordinal);

    /// <summary>Whether two names of a value that was read are of one object, which a thread that has it can change: no text, number or delegate.</summary>
    public static bool IsChangeable(ITypeSymbol? type, KnownTypes types) => type switch
    {
        IArrayTypeSymbol => true,
        { IsValueType: true } or { SpecialType: SpecialType.System_String } or { TypeKind: TypeKind.Delegate } or null => false,
        _ => Containers.IsUnsafeCollection(type, types) || Containers.IsUnsafeService(type, types) || types.Is(type, KnownType.Duplex),
    };
}
