namespace Outreach.Web.Shell.Kit;

/// <summary>Short messages that screen readers read out. Some are also shown for a few seconds.</summary>
public sealed class Notices
{
    /// <summary>The latest message; empty if there is none.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Whether the message is shown, not only read out.</summary>
    public bool IsVisible { get; private set; }

    /// <summary>Raised when the message has changed.</summary>
    public event Action? Changed;

    /// <summary>Shows a message; screen readers read it out.</summary>
    public void Show(string text) => Set(text, visible: true);

    /// <summary>Lets screen readers read out a message. The screen shows the same in another way.</summary>
    public void Announce(string text) => Set(text, visible: false);

    /// <summary>Removes the message.</summary>
    public void Clear() => Set("", visible: false);

    private void Set(string text, bool visible)
    {
        (Text, IsVisible) = (text, visible);
        Changed?.Invoke();
    }
}
