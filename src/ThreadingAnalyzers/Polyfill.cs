// Types that the compiler looks for by name and that netstandard2.0 does not have.
#pragma warning disable IDE0130
namespace System.Runtime.CompilerServices
{
    /// <summary>Lets records and init-only properties compile.</summary>
    internal static class IsExternalInit;

    /// <summary>Lets required members compile.</summary>
    internal sealed class RequiredMemberAttribute : Attribute;

    /// <summary>Lets required members compile.</summary>
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
    {
        /// <summary>The feature's name.</summary>
        public string FeatureName { get; } = featureName;
    }
}

namespace System
{
    /// <summary>Lets list patterns and <c>^1</c> compile.</summary>
    internal readonly struct Index(int value, bool fromEnd = false)
    {
        /// <summary>The distance from the start of a sequence of that length.</summary>
        public int GetOffset(int length) => fromEnd ? length - value : value;

        /// <summary>An index from the start.</summary>
        public static implicit operator Index(int value) => new(value);
    }
}
