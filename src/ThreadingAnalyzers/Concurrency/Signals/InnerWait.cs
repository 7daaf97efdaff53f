using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Signals;

/// <summary>
/// A call of an object that its owner made for itself, keeps in a private field and gives to nobody, which waits inside for a
/// signal of that object: only what the owner calls of it can end the wait.
/// </summary>
/// <param name="Wait">The wait.</param>
/// <param name="Signal">What it waits for, as named there.</param>
/// <param name="Enders">The owner's calls that give the signal.</param>
internal sealed record InnerWait(IOperation Wait, IOperation Signal, IReadOnlyList<IInvocationOperation> Enders)
{
    /// <summary>Whether a method of the type may wait for a signal of its object, as far as the text tells: a field is named where something is waited for.</summary>
    public static bool MayBeIn(INamedTypeSymbol type, KnownTypes types, CancellationToken cancellation) => type.DeclaringSyntaxReferences
        .SelectMany(part => SignalMembers.WaitsIn(part.GetSyntax(cancellation), cancellation))
        .Any(wait => wait.Parent?.FirstAncestorOrSelf<ExpressionSyntax>(static part => part.Parent is not ExpressionSyntax)?.DescendantNodesAndSelf().OfType<SimpleNameSyntax>()
            .Any(name => FieldOf(type, name.Identifier.ValueText) is { } field && (Handles.IsSignal(field.Type, types) || wait.ValueText == SignalMembers.Wait && name.Parent is ArgumentSyntax or MemberAccessExpressionSyntax { Parent: ArgumentSyntax })) == true);

    private static IFieldSymbol? FieldOf(INamedTypeSymbol type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (current.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault() is { } field)
                return field;
        return null;
    }

    /// <summary>What the call waits for inside; null where it waits for nothing that is known, or where others may give the signal.</summary>
    public static InnerWait? Of(IInvocationOperation call, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        if (call is not { TargetMethod: { MethodKind: MethodKind.Ordinary, IsStatic: false, IsAbstract: false, DeclaringSyntaxReferences.IsEmpty: false } method, Instance: { } receiver }
            || receiver.Unconverted() is not IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } field, Instance: null or IInstanceReferenceOperation }
            || Models.BodyOf(method, compilation, cancellation) is not { } body)
            return null;
        foreach (var wait in Worker.With(body, method.ContainingType, compilation, cancellation).SelectMany(part => part.OwnOperations()).Where(operation => operation is IInvocationOperation))
            if (SignalLife.WaitedFor(wait, types) is IFieldReferenceOperation { Instance: IInstanceReferenceOperation } signal
                && SignalLife.Of(signal, types, compilation, cancellation) is { Leaves: false, IsOwn: true } life
                && (SignalMembers.IsOfCondition(((IInvocationOperation)wait).TargetMethod, types) || !life.IsOpaque && life.Values.All(value => SignalMembers.BeginsUnset(value, types)))
                && EndersOf(field, life.Settings.ToList(), types, compilation, cancellation) is { Count: > 0 } enders)
                return new InnerWait(wait, signal, enders);
        return null;
    }

    /// <summary>The calls by which the owner gives the signal; null where others may give it, or may have the object.</summary>
    private static List<IInvocationOperation>? EndersOf(IFieldSymbol field, List<IInvocationOperation> settings, KnownTypes types, Compilation compilation, CancellationToken cancellation)
    {
        if (settings.Count == 0 || field.Type is not INamedTypeSymbol type || MemberUses.Of(field, compilation, cancellation) is not { } uses
            // Who starts work of its own, or gives code of its own away, may end its waits itself.
            || settings.Any(setting => setting.Function() is IAnonymousFunctionOperation or ILocalFunctionOperation)
            || Models.BodiesOf(type.OriginalDefinition, compilation, cancellation).SelectMany(body => body.Descendants()).Any(operation => operation is IDelegateCreationOperation || Spawn.Of(operation, types) is not null))
            return null;
        var enders = new List<IInvocationOperation>();
        foreach (var use in uses)
        {
            var parent = use.Parent is IConversionOperation conversion ? conversion.Parent : use.Parent;
            switch (parent)
            {
                case ISimpleAssignmentOperation assignment when assignment.Target == use && assignment.Value.Unconverted() is IObjectCreationOperation made && IsOf(made, type): break;
                case IPropertyReferenceOperation property when property.Instance == use && !property.IsWritten(): break;
                case IInvocationOperation { TargetMethod: var method } call when call.Instance?.Unconverted() == use:
                    if (Models.BodyOf(method, compilation, cancellation) is not { } body)
                        return null;
                    if (Reach.Bodies(body).Any(part => settings.Any(setting => part.Syntax.SyntaxTree == setting.Syntax.SyntaxTree && part.Syntax.Span.Contains(setting.Syntax.Span))))
                        enders.Add(call);
                    break;
                default:
                    if (use is ISymbolInitializerOperation { Value: var initial } && initial.Unconverted() is IObjectCreationOperation own && IsOf(own, type))
                        break;
                    return null;
            }
        }
        return enders;
    }

    private static bool IsOf(IObjectCreationOperation made, INamedTypeSymbol type) => SymbolEqualityComparer.Default.Equals(made.Type, type) && !made.Arguments.Any(argument => argument.Value.DescendantsAndSelf().Any(part => part is IInstanceReferenceOperation));
}
