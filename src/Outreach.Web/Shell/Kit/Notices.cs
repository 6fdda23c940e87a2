namespace Outreach.Web.Shell.Kit;

/// <summary>Short messages that are read out politely by a screen reader, and some shown for a moment too.</summary>
public sealed class Notices
{
    /// <summary>The latest message; empty before the first and when it was taken away.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Whether the message is shown, not only read out.</summary>
    public bool IsVisible { get; private set; }

    /// <summary>Raised when a message has changed.</summary>
    public event Action? Changed;

    /// <summary>Shows a message and has it read out.</summary>
    public void Show(string text) => Set(text, visible: true);

    /// <summary>Has a message read out that the screen shows in its own way.</summary>
    public void Announce(string text) => Set(text, visible: false);

    /// <summary>Takes the message away.</summary>
    public void Clear() => Set("", visible: false);

    private void Set(string text, bool visible)
    {
        (Text, IsVisible) = (text, visible);
        Changed?.Invoke();
    }
}
