using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.Flow;

/// <summary>The code that a delegate value runs.</summary>
/// <param name="Method">The lambda, anonymous method, local function or method.</param>
/// <param name="Source">The operation that named it: the lambda itself or the method group, where the delegate is made.</param>
internal sealed record Work(IMethodSymbol Method, IOperation Source)
{
    /// <summary>The code behind a delegate value: through conversions, <c>new ThreadStart(…)</c>, and locals and fields that hold one value. Null where unknown.</summary>
    public static Work? Of(IOperation? value)
    {
        // A chain of locals ends, since each is declared before the next; broken code may close it to a ring.
        for (var steps = 0; steps < 16; steps++)
        {
            switch (value)
            {
                case IConversionOperation { OperatorMethod: null } conversion: value = conversion.Operand; break;
                case IParenthesizedOperation parenthesized: value = parenthesized.Operand; break;
                case IDelegateCreationOperation creation: value = creation.Target; break;
                case ILocalReferenceOperation local: value = local.OnlyValue(); break;
                case IFieldReferenceOperation field when field.Source() is var source && source != field: value = source; break;
                case IFieldReferenceOperation field: value = field.OnlyDelegate(); break;
                case IAnonymousFunctionOperation lambda: return new Work(lambda.Symbol, lambda);
                case IMethodReferenceOperation group: return new Work(group.Method, group);
                default: return null;
            }
        }
        return null;
    }

    /// <summary>The operations of the code, or null where it is not in the source.</summary>
    public IOperation? Body => Source is IAnonymousFunctionOperation lambda ? lambda : Source.SemanticModel is { } model ? BodyOf(Method, model) : null;

    /// <summary>The operations of a method, accessor or local function of the source, in whatever file; null where it has none.</summary>
    public static IOperation? BodyOf(IMethodSymbol method, SemanticModel model)
    {
        method = (method.PartialImplementationPart ?? method).OriginalDefinition;
        method = method.ReducedFrom ?? method;
        return method.DeclaringSyntaxReferences is [{ } reference] && Models.Near(reference.SyntaxTree, model) is { } own
            ? own.GetOperation(reference.GetSyntax())
            : null;
    }

    /// <summary>
    /// How a message names the code: the method, the one call that a lambda consists of, or the lambda's head.
    /// </summary>
    public string Name => Source switch
    {
        IAnonymousFunctionOperation { Body.Operations: [var only, ..] } lambda => (only is IReturnOperation { ReturnedValue: { } returned } ? returned : only is IExpressionStatementOperation statement ? statement.Operation : only) switch
        {
            IAwaitOperation { Operation: IInvocationOperation awaited } when IsWhole(lambda) => (Waiting.PassesOn(awaited.TargetMethod) && awaited.Instance is IInvocationOperation inner ? inner : awaited).TargetMethod.Name,
            IInvocationOperation { TargetMethod.MethodKind: not MethodKind.DelegateInvoke } call when IsWhole(lambda) => call.TargetMethod.Name,
            _ => Head(lambda),
        },
        IAnonymousFunctionOperation lambda => Head(lambda),
        _ => Method.Name,
    };

    // An expression body is one operation, with an implicit return behind it where it has no value.
    private static bool IsWhole(IAnonymousFunctionOperation lambda) => lambda.Body.Operations.Skip(1).All(operation => operation is IReturnOperation { IsImplicit: true });

    private static string Head(IAnonymousFunctionOperation lambda) =>
        $"{(lambda.Symbol.IsAsync ? "async " : "")}({string.Join(", ", lambda.Symbol.Parameters.Select(parameter => parameter.Name))}) => …";

    /// <summary>The head of a lambda, or the delegate as it was written here.</summary>
    public static Location PlaceOf(IOperation value)
    {
        var syntax = value.Unconverted().Syntax;
        while (Inner(syntax) is { } inner)
            syntax = inner;
        return syntax switch
        {
            LambdaExpressionSyntax lambda => Head(lambda, lambda.ArrowToken.Span.End),
            AnonymousMethodExpressionSyntax method => Head(method, method.ParameterList?.Span.End ?? method.DelegateKeyword.Span.End),
            _ => syntax.GetLocation(),
        };

        static SyntaxNode? Inner(SyntaxNode syntax) => syntax switch
        {
            BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var argument }] } => argument,
            CastExpressionSyntax cast => cast.Expression,
            ParenthesizedExpressionSyntax parenthesized => parenthesized.Expression,
            _ => null,
        };

        static Location Head(SyntaxNode function, int end) => Location.Create(function.SyntaxTree, TextSpan.FromBounds(function.SpanStart, end));
    }
}
