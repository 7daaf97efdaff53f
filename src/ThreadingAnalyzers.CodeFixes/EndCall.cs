using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>The call that brings an object to its end best: one that waits, where there is one.</summary>
/// <param name="Method">The member that is called.</param>
/// <param name="Arguments">Its arguments, as written.</param>
/// <param name="IsAwaited">Whether it gives a task, which who calls it has to await.</param>
internal sealed record EndCall(IMethodSymbol Method, string Arguments, bool IsAwaited)
{
    /// <summary>The best member of the type, its bases and interfaces; null where none can be called so.</summary>
    /// <param name="type">The type of the variable.</param>
    /// <param name="mayAwait">Whether the calling code is async.</param>
    /// <param name="types">The framework types.</param>
    public static EndCall? Of(ITypeSymbol type, bool mayAwait, KnownTypes types)
    {
        // What stops a timer can start it again.
        var isTimer = types[type] is KnownType.Timer or KnownType.TimersTimer;
        var members = new List<IMethodSymbol>();
        for (var current = type; current is not null; current = current.BaseType)
            members.AddRange(current.GetMembers().OfType<IMethodSymbol>());
        if (type.TypeKind == TypeKind.Interface)
            members.AddRange(type.AllInterfaces.SelectMany(implemented => implemented.GetMembers()).OfType<IMethodSymbol>());
        return members.Where(method => method.MethodKind == MethodKind.Ordinary && PoolMembers.IsOffered(method) && (!isTimer || PoolMembers.Disposes(method)))
            .Select(method => Of(method, types))
            .Where(call => call is not null && (mayAwait || !call.IsAwaited))
            .OrderBy(call => PoolMembers.Rank(call!.Method)).ThenBy(call => call!.IsAwaited == mayAwait ? 0 : 1).FirstOrDefault();
    }

    private static EndCall? Of(IMethodSymbol method, KnownTypes types)
    {
        var isAwaited = Values.IsTask(method.ReturnType, types);
        return method.Parameters.Where(parameter => !parameter.IsOptional).ToList() switch
        {
            [] => new EndCall(method, method.Parameters is [{ Type.SpecialType: SpecialType.System_Boolean, Name: var wait } parameter] && PoolMembers.AsksToWait(parameter) ? $"{wait}: true" : "", isAwaited),
            [{ Type.SpecialType: SpecialType.System_Boolean, Name: var wait } parameter] when PoolMembers.AsksToWait(parameter) => new EndCall(method, $"{wait}: true", isAwaited),
            [{ Type: var token }] when types[token] == KnownType.CancellationToken => new EndCall(method, "default", isAwaited),
            _ => null,
        };
    }

    /// <summary>The statement.</summary>
    /// <param name="variable">What holds the object.</param>
    /// <param name="mayBeNull">Whether it may hold nothing.</param>
    public StatementSyntax On(string variable, bool mayBeNull) => SyntaxFactory.ParseStatement((IsAwaited, mayBeNull) switch
    {
        // Nothing cannot be awaited.
        (true, true) => $"if ({variable} != null)\n    await {variable}.{Method.Name}({Arguments});",
        (true, false) => $"await {variable}.{Method.Name}({Arguments});",
        (false, _) => $"{variable}{(mayBeNull ? "?" : "")}.{Method.Name}({Arguments});",
    }).WithAdditionalAnnotations(Formatter.Annotation);
}
