using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>How a framework runs a member that no code of the program needs to call.</summary>
internal enum Hosting : byte
{
    /// <summary>It does not, as far as is known.</summary>
    None,
    /// <summary>On an object of each request's own: what the requests share is static.</summary>
    PerRequest,
    /// <summary>On one object for all requests.</summary>
    Shared,
    /// <summary>Once, on a thread of its own as it were, while others call what else the object has.</summary>
    Background,
}

/// <summary>
/// The members that web frameworks, function hosts and build engines call from many threads, or run beside all others. Source: the ASP.NET Core guide
/// ("Middleware", "Filters", "Dependency injection guidelines"), gRPC for .NET, Azure Functions,
/// MSBuild "Multithreaded tasks", "Background tasks with hosted services".
/// </summary>
internal static class Hosts
{
    /// <summary>How the member is run, by its type's bases, its parameters and its attributes.</summary>
    public static Hosting Of(IMethodSymbol member, KnownTypes types)
    {
        if (member is { Name: "ExecuteAsync", IsOverride: true } && types.Is(member.ContainingType, KnownType.BackgroundService))
            return Hosting.Background;
        if (member.DeclaredAccessibility != Accessibility.Public || member.MethodKind is not (MethodKind.Ordinary or MethodKind.Constructor) || member.ContainingType is not { TypeKind: TypeKind.Class } type)
            return Hosting.None;
        if (types.Is(type, KnownType.SharedHost))
            return member.MethodKind == MethodKind.Ordinary ? Hosting.Shared : Hosting.None;
        if (types.Is(type, KnownType.RequestHost) || type.AllInterfaces.Any(implemented => types[implemented] == KnownType.RequestHost) || HasMark(type, types))
            return Hosting.PerRequest;
        if (member.MethodKind != MethodKind.Ordinary)
            return Hosting.None;
        if (HasMark(member, types) || member.IsOverride && member.Parameters.Any(parameter => types[parameter.Type] == KnownType.ServerCallContext))
            return Hosting.PerRequest;
        return IsMiddleware(member, type, types) ? Hosting.Shared : Hosting.None;
    }

    /// <summary>Whether many requests come to the member at once.</summary>
    public static bool IsForRequests(this Hosting hosting) => hosting is Hosting.PerRequest or Hosting.Shared;

    /// <summary>The type that a registration makes one object of for all requests: the last type named in <c>AddSingleton</c>.</summary>
    public static ITypeSymbol? Singleton(IMethodSymbol registration) =>
        registration.Name is "AddSingleton" or "TryAddSingleton" && registration.ContainingNamespace?.ToDisplayString() is "Microsoft.Extensions.DependencyInjection" or "Microsoft.Extensions.DependencyInjection.Extensions"
            ? registration.TypeArguments.LastOrDefault() : null;

    /// <summary>
    /// Whether a runner of tests or measurements calls the member, one after the other on an object; by the attribute's name,
    /// since there are many such frameworks and their packages may be missing. For silence only.
    /// </summary>
    public static bool IsRunAlone(IMethodSymbol member) => member.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: var name } && Runners.Contains(
        name.EndsWith("Attribute", StringComparison.Ordinal) ? name.Substring(0, name.Length - "Attribute".Length) : name));

    private static readonly ImmutableHashSet<string> Runners = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Fact", "Theory", "Test", "TestCase", "TestCaseSource", "TestMethod", "DataTestMethod", "SetUp", "TearDown", "OneTimeSetUp", "OneTimeTearDown", "TestInitialize", "TestCleanup",
        "Benchmark", "GlobalSetup", "GlobalCleanup", "IterationSetup", "IterationCleanup");

    private static readonly ImmutableHashSet<string> LongLived = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Application", "BackgroundService", "MauiApplication", "MonoBehaviour", "ServiceBase", "UIApplicationDelegate");

    private static readonly ImmutableHashSet<string> Registrations = ImmutableHashSet.Create(StringComparer.Ordinal,
        "AddSingleton", "TryAddSingleton", "AddKeyedSingleton", "AddHostedService", "RegisterSingleton", "RegisterInstance", "SingleInstance", "InSingletonScope", "Singleton", "ToSingleton", "AsSingle");

    /// <summary>Whether a host makes the type's objects, stops them and ends with them: a hosted service, an application.</summary>
    public static bool Ends(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (LongLived.Contains(current.Name))
                return true;
        return type.AllInterfaces.Any(implemented => implemented.Name is "IHostedService" or "IHostedLifecycleService");
    }

    /// <summary>Whether the attribute says that there is one object of its type.</summary>
    public static bool IsSingleton(AttributeData attribute) => attribute.AttributeClass is { Name: var name } && (name.Contains("Singleton") || name is "ExportAttribute" or "SharedAttribute" or "PluginAttribute");

    /// <summary>Whether the word, in a call, registers a type of which a container makes one object.</summary>
    public static bool Registers(string word) => Registrations.Contains(word);

    /// <summary>Whether a container has no value of the type to give to a constructor: texts, numbers and times.</summary>
    public static bool IsNoService(ITypeSymbol type) => type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_String or SpecialType.System_DateTime || type is { Name: "TimeSpan", ContainingNamespace.Name: "System" };

    private static bool HasMark(ISymbol symbol, KnownTypes types) => symbol.GetAttributes().Any(attribute => types[attribute.AttributeClass] == KnownType.RequestMark);

    /// <summary>A middleware by convention: made once, with the next one of the pipeline, and called for each request.</summary>
    private static bool IsMiddleware(IMethodSymbol member, INamedTypeSymbol type, KnownTypes types) =>
        member.Name is "Invoke" or "InvokeAsync" && member.Parameters is [{ Type: var first }, ..] && types[first] == KnownType.HttpContext
        && type.InstanceConstructors.Any(constructor => constructor.Parameters.Any(parameter => types[parameter.Type] == KnownType.RequestDelegate));
}
