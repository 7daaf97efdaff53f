using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Api;

/// <summary>What the members of <c>System.Threading.Thread</c> mean for the life of a thread.</summary>
internal static class ThreadMembers
{
    /// <summary>Whether the method starts the thread that it is called on.</summary>
    public static bool Starts(IMethodSymbol method, KnownTypes types) => method.Name is "Start" or "UnsafeStart" && IsOfThread(method, types);

    /// <summary>Whether the method waits for the end of the thread that it is called on.</summary>
    public static bool Joins(IMethodSymbol method, KnownTypes types) => method.Name is "Join" && IsOfThread(method, types);

    /// <summary>Whether the method ends the thread that it is called on, or wakes it to end.</summary>
    public static bool Ends(IMethodSymbol method, KnownTypes types) => method.Name is "Abort" or "Interrupt" && IsOfThread(method, types);

    /// <summary>Whether the property tells if the thread still runs, so that code can wait for its end by asking.</summary>
    public static bool Observes(IPropertySymbol property, KnownTypes types) => property.Name is "IsAlive" or "ThreadState" && IsOfThread(property, types);

    /// <summary>Whether the method lets the thread that runs it sleep.</summary>
    public static bool Sleeps(IMethodSymbol method, KnownTypes types) => method.Name is "Sleep" && IsOfThread(method, types);

    /// <summary>Whether the method gives way to other threads and does nothing else.</summary>
    public static bool Yields(IMethodSymbol method, KnownTypes types) => method.Name is "Sleep" or "Yield" or "SpinWait" && IsOfThread(method, types);

    /// <summary>Whether the method lets time pass, on a thread or without one.</summary>
    public static bool Pauses(IMethodSymbol method, KnownTypes types) => Sleeps(method, types) || method.Name is "Delay" && types[method.ContainingType] == KnownType.Task;

    /// <summary>Whether the type is a thread or one that holds threads as elements or parts.</summary>
    public static bool Carries(ITypeSymbol? type, KnownTypes types) => types[type] == KnownType.Thread || Containers.Holds(type, part => types[part] == KnownType.Thread);

    /// <summary>Whether the member decides if the process waits for the thread.</summary>
    public static bool IsBackground(ISymbol member, KnownTypes types) => member.Name is "IsBackground" && IsOfThread(member, types);

    /// <summary>Whether the method gives the thread an apartment: one with windows, which the process then lives on.</summary>
    public static bool SetsApartment(IMethodSymbol method, KnownTypes types) => method.Name is "SetApartmentState" or "TrySetApartmentState" && IsOfThread(method, types);

    /// <summary>Whether the member is the thread that runs the code.</summary>
    public static bool IsCurrent(ISymbol member, KnownTypes types) => member.Name is "CurrentThread" && IsOfThread(member, types);

    /// <summary>Whether the property tells if a thread was started yet, so that code may start it or not.</summary>
    public static bool TellsState(IPropertySymbol property, KnownTypes types) => property.Name is "ThreadState" && IsOfThread(property, types);

    /// <summary>Whether the type is the exception that a thread throws in the wrong state, or one that also catches it.</summary>
    public static bool IsStateException(ITypeSymbol? type) => type is null or { Name: "ThreadStateException" or "SystemException" or "Exception" or "Object" };

    /// <summary>Whether the member is the name of a thread.</summary>
    public static bool IsName(ISymbol member, KnownTypes types) => member.Name is "Name" && IsOfThread(member, types);

    /// <summary>Whether the member is what a thread brings along and other threads lack: an apartment, a culture, a priority.</summary>
    public static bool IsTrait(ISymbol member, KnownTypes types) => member.Name is "CurrentCulture" or "CurrentUICulture" or "Priority" or "SetApartmentState" or "TrySetApartmentState" or "ApartmentState" && IsOfThread(member, types);

    /// <summary>Whether a thread made so has a stack of its own size.</summary>
    public static bool SetsStack(IMethodSymbol constructor) => constructor.Parameters.Any(parameter => parameter.Type.SpecialType == SpecialType.System_Int32);

    /// <summary>
    /// Whether the member, written or called of a thread of the pool, stays so for the work that runs there next. Newer frameworks
    /// put threads right before they use them again; of .NET Framework the core library is called mscorlib.
    /// </summary>
    public static bool Lasts(ISymbol member, Compilation compilation, KnownTypes types) => member.Name is "Priority" or "IsBackground" or "ApartmentState" or "SetApartmentState" or "TrySetApartmentState" && IsOfThread(member, types)
        && compilation.ObjectType.ContainingAssembly?.Name == "mscorlib";

    private static bool IsOfThread(ISymbol member, KnownTypes types) => types[member.ContainingType] == KnownType.Thread;
}
